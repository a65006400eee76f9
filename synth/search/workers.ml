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

  (* A process that sends its answer through a pipe, the end to read it from, and what was read. *)
  type child = { pid : int; from_child : Unix.file_descr; read : Buffer.t }

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
      { pid; from_child; read = Buffer.create 65536 }
    | exception e ->
      Unix.close from_child;
      Unix.close to_parent;
      raise e

  let rec wait pid = try ignore (Unix.waitpid [] pid) with Unix.Unix_error (EINTR, _, _) -> wait pid

  let reap child =
    Unix.close child.from_child;
    wait child.pid

  let abandon child =
    (try Unix.kill child.pid Sys.sigkill with Unix.Unix_error _ -> ());
    reap child

  let answer_of child : answer =
    let text = Buffer.contents child.read in
    if String.length text < Marshal.header_size || String.length text < Marshal.total_size (Bytes.unsafe_of_string text) 0 then
      failwith "a worker of the search died";
    Marshal.from_string text 0

  let look = 0.005 (* seconds between two looks at what watches *)
  let bytes = Bytes.create 65536

  (* The answers of [!children], who leave that list when they have given them. *)
  let rec collect watch children answers =
    if !children = [] then answers
    else if not (watch ()) then raise (Limits.Stop Cancelled)
    else
      let descriptors = List.map (fun child -> child.from_child) !children in
      let ready = try let ready, _, _ = Unix.select descriptors [] [] look in ready with Unix.Unix_error (EINTR, _, _) -> [] in
      let ended child =
        List.mem child.from_child ready
        &&
        let n = Unix.read child.from_child bytes 0 (Bytes.length bytes) in
        Buffer.add_subbytes child.read bytes 0 n;
        n = 0
      in
      let ended, going = List.partition ended !children in
      children := going;
      List.iter reap ended;
      collect watch children (List.rev_append (List.map answer_of ended) answers)

  (* The stop that says most: a search that was cut short anywhere was cut short. *)
  let worse (a : Explore.statistics) (b : Explore.statistics) =
    let weight = function Limits.Solved | Programs | Exhausted -> 0 | Clock -> 1 | Memory -> 2 | Cancelled -> 3 in
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

  let divided ?(watch = fun _ -> true) ~workers ~alternatives ~known g (budget : Limits.budget) =
    let budget = { budget with memory = budget.memory / workers } in
    let children = ref [] in
    Fun.protect
      ~finally:(fun () -> List.iter abandon !children)
      (fun () ->
        for i = 1 to workers - 1 do
          children := start ~share:(i, workers) ~alternatives ~known g budget :: !children
        done;
        let (statistics, found) as own = answer ~watch ~share:(0, workers) ~alternatives ~known g budget in
        if statistics.stop = Cancelled then [ own ]
        else
          try own :: collect (fun () -> watch statistics.enumerated) children []
          with Limits.Stop stop -> [ ({ statistics with stop }, found) ])

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
