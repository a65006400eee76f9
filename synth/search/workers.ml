module Make (S : Semantics.S) = struct
  module Explore_here = Explore.Make (S)
  module Frontier = Explore_here.Frontier

  type found = { best : Frontier.candidate; alternatives : Frontier.candidate list; first : int }
  type answer = Explore.statistics * found list

  let answer ?watch ~share ~alternatives ~known g budget : answer =
    let frontier = Frontier.create ~room:max_int ~alternatives known in
    let statistics = Explore_here.run ?watch ~share g budget frontier in
    let found { Frontier.best; alternatives; first; _ } = { best; alternatives; first } in
    (statistics, List.map found (Frontier.members frontier))

  (* A process that sends its answer through a pipe, and the end to read it from. *)
  let start ~share ~alternatives ~known g budget =
    let from_child, to_parent = Unix.pipe ~cloexec:true () in
    let parent = Unix.getpid () in
    match Unix.fork () with
    | 0 ->
      (* The parent's buffers are not this process's to flush: whatever happens, it ends here. *)
      (try
         Unix.close from_child;
         let channel = Unix.out_channel_of_descr to_parent in
         Marshal.to_channel channel (answer ~watch:(fun _ -> Unix.getppid () = parent) ~share ~alternatives ~known g budget) [];
         flush channel;
         Unix._exit 0
       with _ -> Unix._exit 1)
    | pid ->
      Unix.close to_parent;
      (pid, Unix.in_channel_of_descr from_child)

  let rec wait pid = try ignore (Unix.waitpid [] pid) with Unix.Unix_error (EINTR, _, _) -> wait pid

  let finish (pid, channel) : answer =
    let answer = try Some (Marshal.from_channel channel) with End_of_file | Failure _ -> None in
    close_in_noerr channel;
    wait pid;
    match answer with Some answer -> answer | None -> failwith "a worker of the search died"

  let abandon (pid, channel) =
    (try Unix.kill pid Sys.sigkill with Unix.Unix_error _ -> ());
    close_in_noerr channel;
    wait pid

  (* The stop that says most: a search that was cut short anywhere was cut short. *)
  let worse (a : Explore.statistics) (b : Explore.statistics) =
    let weight = function Explore.Programs | Exhausted -> 0 | Clock -> 1 | Memory -> 2 | Cancelled -> 3 in
    if weight b.stop > weight a.stop then b else a

  let together (answers : answer list) : Explore.statistics =
    let all = List.map fst answers in
    let sum f = List.fold_left (fun n s -> n + f s) 0 all in
    let least f = List.fold_left (fun n s -> min n (f s)) max_int all in
    {
      enumerated = least (fun s -> s.enumerated);
      failed = sum (fun s -> s.failed);
      counted = sum (fun s -> s.counted);
      last_cost = least (fun s -> s.last_cost);
      stop = (List.fold_left worse (List.hd all) all).stop;
    }

  let divided ?watch ~workers ~alternatives ~known g (budget : Explore.budget) =
    let budget = { budget with memory = budget.memory / workers } in
    let children = List.init (workers - 1) (fun i -> start ~share:(i + 1, workers) ~alternatives ~known g budget) in
    match answer ?watch ~share:(0, workers) ~alternatives ~known g budget with
    | ({ stop = Cancelled; _ }, _) as own ->
      List.iter abandon children;
      [ own ]
    | own -> own :: List.map finish children
    | exception e ->
      List.iter abandon children;
      raise e

  let run ?watch ~workers ~output ~alternatives ~room ~known g budget =
    let frontier = Frontier.create ~room ~alternatives known in
    if workers = 1 then begin
      let statistics = Explore_here.run ?watch g budget frontier in
      (statistics, Frontier.members frontier)
    end
    else begin
      let answers = divided ?watch ~workers ~alternatives ~known g budget in
      let member { best; alternatives; first } =
        { Frontier.best; alternatives; first; output = output best.program; origin = -1 }
      in
      Frontier.absorb frontier ~output (List.map member (List.concat_map snd answers));
      (together answers, Frontier.members frontier)
    end
end
