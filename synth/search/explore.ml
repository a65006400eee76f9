open Lambda
open Grammar

type statistics = { enumerated : int; failed : int; counted : int; last_cost : int; stop : Limits.stop }

module Make (S : Semantics.S) = struct
  module Frontier = Frontier.Make (S)
  module Evaluate = Evaluate.Make (S)

  (* The derivations of one nonterminal that are arguments of others, by rank, as far as the class [n_classes]. They lie
     in chunks: nothing is ever copied to make room. *)
  type column = {
    mutable values : S.value array array;
    mutable measures : int array array;  (* size and mass, packed *)
    mutable length : int;
    mutable n_classes : int;
  }

  let chunk_bits = 10
  let chunk = 1 lsl chunk_bits
  let column () = { values = [||]; measures = [||]; length = 0; n_classes = 0 }
  let value_at column rank = column.values.(rank lsr chunk_bits).(rank land (chunk - 1))
  let measure_at column rank = column.measures.(rank lsr chunk_bits).(rank land (chunk - 1))

  let with_chunk chunks i fresh =
    if i < Array.length chunks then begin
      chunks.(i) <- fresh;
      chunks
    end
    else Array.init (max 8 (2 * i)) (fun j -> if j < Array.length chunks then chunks.(j) else if j = i then fresh else [||])

  let push column value measure =
    let i = column.length lsr chunk_bits and at = column.length land (chunk - 1) in
    if at = 0 then begin
      column.values <- with_chunk column.values i (Array.make chunk value);
      column.measures <- with_chunk column.measures i (Array.make chunk measure)
    end;
    column.values.(i).(at) <- value;
    column.measures.(i).(at) <- measure;
    column.length <- column.length + 1

  type table = { programs : Buckets.t; limits : Limits.t; heads : S.value array; head_measures : int array; columns : column array }

  let pack ~size ~mass = (mass lsl 31) lor size
  let size_of measure = measure land ((1 lsl 31) - 1)
  let mass_of measure = measure lsr 31
  let failing = S.func (fun _ -> raise S.Step_limit)

  let table limits grammar =
    let entries = Dsl.entries (Pcfg.dsl grammar) in
    {
      programs = Buckets.create grammar;
      limits;
      heads = Array.map (fun e -> Evaluate.value e.Dsl.term) entries;
      head_measures = Array.map (fun e -> pack ~size:1 ~mass:(Term.mass e.Dsl.term)) entries;
      columns = Array.map (fun _ -> column ()) (Pcfg.nonterminals grammar);
    }

  (* An application that fails gives a value that fails. *)
  let apply f x =
    try
      S.start ();
      S.apply f x
    with S.Step_limit -> failing

  (* [derivations t block f] calls [f] on the value of each derivation but for its last argument, on its measure without
     that, and on that argument's column and ranks. Arguments are cheaper than the whole, so the recursion ends. *)
  let rec derivations t (b : Buckets.block) ~whole ~applied =
    let arguments = b.production.arguments in
    let n = Array.length arguments in
    Array.iteri (fun i a -> fill t a (b.ranks.(i) + b.counts.(i))) arguments;
    let head = t.heads.(b.production.entry) and measure = t.head_measures.(b.production.entry) in
    let rec go i value measure =
      let column = t.columns.(arguments.(i)) in
      if i = n - 1 then applied value measure column ~first:b.ranks.(i) ~count:b.counts.(i)
      else
        for rank = b.ranks.(i) to b.ranks.(i) + b.counts.(i) - 1 do
          go (i + 1) (apply value (value_at column rank)) (measure + measure_at column rank)
        done
    in
    if n = 0 then whole head measure else go 0 head measure

  (* Value the derivations of [nonterminal] whose ranks are below [rank]. *)
  and fill t nonterminal rank =
    let column = t.columns.(nonterminal) in
    while column.length < rank do
      let index = column.n_classes in
      column.n_classes <- index + 1;
      Buckets.blocks t.programs ~nonterminal ~index (fun b ->
          derivations t b ~whole:(push column)
            ~applied:(fun value measure arguments ~first ~count ->
              for rank = first to first + count - 1 do
                if column.length land (chunk - 1) = 0 then Limits.look t.limits;
                push column (apply value (value_at arguments rank)) (measure + measure_at arguments rank)
              done))
    done

  let share_bits = 12

  let run ?watch ?(share = (0, 1)) grammar (budget : Limits.budget) frontier =
    let limits = Limits.start ?watch budget in
    let t = table limits grammar in
    let nonterminal = Pcfg.start grammar in
    let mine, shares = share in
    let enumerated = ref 0 and failed = ref 0 and counted = ref 0 and last_cost = ref 0 in
    (* How many of the programs from here on are left to other workers. *)
    let others () =
      if (!enumerated lsr share_bits) mod shares = mine then 0 else (1 lsl share_bits) - (!enumerated land ((1 lsl share_bits) - 1))
    in
    let consider value argument measure =
      Limits.before limits !enumerated;
      (if size_of measure <= budget.size then
       match value argument with
       | Some output ->
         incr counted;
         let rank = !enumerated in
         Frontier.offer frontier ~rank ~mass:(mass_of measure) (fun () -> Buckets.term t.programs ~nonterminal ~rank) output
       | None -> ()
       | exception ((Out_of_memory | Sys.Break) as stop) -> raise stop
       | exception _ ->
         incr failed;
         Limits.look limits (* it may have taken all the steps there are *));
      incr enumerated
    in
    let block (b : Buckets.block) =
      last_cost := b.cost;
      derivations t b
        ~whole:(fun head measure -> if others () > 0 then incr enumerated else consider S.run head measure)
        ~applied:(fun value measure column ~first ~count ->
          let run = S.run_applied value in
          let rec go rank =
            if rank < first + count then
              let skipped = if shares = 1 then 0 else min (others ()) (first + count - rank) in
              if skipped > 0 then begin
                enumerated := !enumerated + skipped;
                go (rank + skipped)
              end
              else begin
                consider run (value_at column rank) (measure + measure_at column rank);
                go (rank + 1)
              end
          in
          go first)
    in
    let rec classes index =
      if !enumerated >= budget.programs then Limits.Programs
      else if Buckets.ensure t.programs ~nonterminal ~index then begin
        Buckets.blocks t.programs ~nonterminal ~index block;
        classes (index + 1)
      end
      else Exhausted
    in
    let stop = try classes 0 with Limits.Stop stop -> stop in
    { enumerated = min budget.programs !enumerated; failed = !failed; counted = !counted; last_cost = !last_cost; stop }
end
