open Lambda
open Grammar

type budget = { programs : int; size : int; seconds : float }
type stop = Programs | Clock | Exhausted | Memory | Cancelled
type statistics = { enumerated : int; failed : int; counted : int; last_cost : int; stop : stop }

let stop_name = function
  | Programs -> "programs"
  | Clock -> "clock"
  | Exhausted -> "exhausted"
  | Memory -> "memory"
  | Cancelled -> "cancelled"

module Make (S : Semantics.S) = struct
  module Frontier = Frontier.Make (S)
  module Evaluate = Evaluate.Make (S)

  (* What is known of one nonterminal's derivations, by rank. A derivation is valued for good only when it is first an
     argument: few are, and the value of a whole program that is run once is better left to the minor collector. *)
  type column = {
    mutable values : S.value array;  (* [unvalued] where there is none yet *)
    measures : Int_vector.t;  (* size and mass, packed *)
  }

  type table = { programs : K_best.t; heads : S.value array; head_measures : int array; columns : column array }

  let pack ~size ~mass = (mass lsl 31) lor size
  let size_of measure = measure land ((1 lsl 31) - 1)
  let mass_of measure = measure lsr 31
  let unvalued = S.func (fun _ -> raise S.Step_limit)
  let failing = S.func (fun _ -> raise S.Step_limit)

  let table grammar =
    let entries = Dsl.entries (Pcfg.dsl grammar) in
    {
      programs = K_best.create grammar;
      heads = Array.map (fun e -> Evaluate.value e.Dsl.term) entries;
      head_measures = Array.map (fun e -> pack ~size:1 ~mass:(Term.mass e.Dsl.term)) entries;
      columns =
        Array.map
          (fun _ -> { values = Array.make 64 unvalued; measures = Int_vector.create () })
          (Pcfg.nonterminals grammar);
    }

  (* Arguments are cheaper than the whole, so both recursions end; a derivation that fails is a value that fails. *)
  let rec measure t ~nonterminal ~rank =
    let column = t.columns.(nonterminal) in
    while Int_vector.length column.measures <= rank do
      let rank = Int_vector.length column.measures in
      ignore (K_best.ensure t.programs ~nonterminal ~rank);
      let p = K_best.production t.programs ~nonterminal ~rank in
      let sum = ref t.head_measures.(p.entry) in
      Array.iteri
        (fun i a -> sum := !sum + measure t ~nonterminal:a ~rank:(K_best.argument t.programs ~nonterminal ~rank i))
        p.arguments;
      Int_vector.push column.measures !sum
    done;
    Int_vector.get column.measures rank

  let rec value t ~nonterminal ~rank =
    let p = K_best.production t.programs ~nonterminal ~rank in
    let value = ref t.heads.(p.entry) in
    for i = 0 to Array.length p.arguments - 1 do
      let x = argument t ~nonterminal:p.arguments.(i) ~rank:(K_best.argument t.programs ~nonterminal ~rank i) in
      value := S.apply !value x
    done;
    !value

  and argument t ~nonterminal ~rank =
    let column = t.columns.(nonterminal) in
    let n = Array.length column.values in
    if rank >= n then begin
      let values = Array.make (2 * max n rank) unvalued in
      Array.blit column.values 0 values 0 n;
      column.values <- values
    end;
    let known = column.values.(rank) in
    if known != unvalued then known
    else begin
      ignore (K_best.ensure t.programs ~nonterminal ~rank);
      S.start ();
      let value = try value t ~nonterminal ~rank with S.Step_limit -> failing in
      column.values.(rank) <- value;
      value
    end

  let run ?(watch = fun _ -> true) grammar (budget : budget) frontier =
    let t = table grammar in
    let nonterminal = Pcfg.start grammar in
    let deadline = Unix.gettimeofday () +. budget.seconds in
    let failed = ref 0 and counted = ref 0 in
    let rec go rank =
      if rank >= budget.programs then (rank, Programs)
      else if rank land 1023 = 1023 && not (watch rank) then (rank, Cancelled)
      else if rank land 1023 = 1023 && Unix.gettimeofday () > deadline then (rank, Clock)
      else if not (K_best.ensure t.programs ~nonterminal ~rank) then (rank, Exhausted)
      else begin
        let measure = measure t ~nonterminal ~rank in
        (if size_of measure <= budget.size then
         match S.start (); S.run (value t ~nonterminal ~rank) with
         | Some output ->
           incr counted;
           Frontier.offer frontier ~mass:(mass_of measure)
             (fun () -> K_best.term t.programs ~nonterminal ~rank)
             output
         | None -> ()
         | exception ((Out_of_memory | Sys.Break) as stop) -> raise stop
         | exception _ -> incr failed);
        go (rank + 1)
      end
    in
    let enumerated, stop = go 0 in
    let last_cost = if enumerated = 0 then 0 else K_best.cost t.programs ~nonterminal ~rank:(enumerated - 1) in
    { enumerated; failed = !failed; counted = !counted; last_cost; stop }
end
