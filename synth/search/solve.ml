open Lambda
open Grammar

type statistics = { enumerated : int; undefined : int; distinct : int; last_cost : int; stop : Limits.stop }
type solution = { program : Term.t; cost : int }

module Make (T : Table.S) = struct
  module Operations = First_order.Make (T)

  type production = { own : Pcfg.production; run : int array -> bool; ranks : int array (* of the program in hand *) }

  (* The derivation of rank [r] is the [stride] integers of [derivations] from [r * stride]: the production, the size, and
     the ranks of its arguments. *)
  type list_ = {
    productions : production array;
    column : T.column;
    same : int -> bool;  (* the column's scratch row as that row *)
    seen : Seen.t;
    stride : int;
    derivations : Int_vector.t;
    mutable length : int;
  }

  type t = {
    grammar : Pcfg.t;
    lists : list_ array;
    budget : Limits.budget;
    limits : Limits.t;
    n_solutions : int;
    mutable enumerated : int;
    mutable undefined : int;
    mutable last_cost : int;
    mutable found : solution list;  (* newest first *)
    mutable n_found : int;
    texts : (string, unit) Hashtbl.t;  (* of the programs found *)
    mutable stop : Limits.stop;
  }

  let entries t = Dsl.entries (Pcfg.dsl t.grammar)
  let production_of l rank = l.productions.(Int_vector.get l.derivations (rank * l.stride))
  let size_of l rank = Int_vector.get l.derivations ((rank * l.stride) + 1)
  let argument_of l rank i = Int_vector.get l.derivations ((rank * l.stride) + 2 + i)

  let rec applied t (p : Pcfg.production) ranks =
    Term.apply (entries t).(p.entry).term (List.mapi (fun i a -> term t ~nonterminal:a ~rank:(ranks i)) (Array.to_list p.arguments))

  and term t ~nonterminal ~rank =
    let l = t.lists.(nonterminal) in
    applied t (production_of l rank).own (argument_of l rank)

  let rec cost t ~nonterminal ~rank =
    let l = t.lists.(nonterminal) in
    let p = (production_of l rank).own in
    let sum = ref p.cost in
    Array.iteri (fun i a -> sum := !sum + cost t ~nonterminal:a ~rank:(argument_of l rank i)) p.arguments;
    !sum

  let create ?watch ~n_solutions grammar (budget : Limits.budget) =
    let column = function Ty.Arrow _ as ty -> raise (First_order.Higher_order (Ty.to_string ty)) | ty -> T.column ty in
    let columns = Array.map column (Pcfg.nonterminals grammar) in
    let terms = Dsl.entries (Pcfg.dsl grammar) in
    let production result (own : Pcfg.production) =
      let arguments = Array.map (fun a -> columns.(a)) own.arguments in
      let run = Operations.operation terms.(own.entry).term ~arguments ~result in
      { own; run; ranks = Array.make (Array.length arguments) 0 }
    in
    let list_of nonterminal productions =
      let column = columns.(nonterminal) in
      let productions = Array.map (production column) productions in
      let arity = Array.fold_left (fun n p -> max n (Array.length p.ranks)) 0 productions in
      { productions; column; same = T.equal column; seen = Seen.create (); stride = arity + 2; derivations = Int_vector.create (); length = 0 }
    in
    let lists = Array.mapi list_of (Pcfg.productions grammar) in
    let beside () = Array.fold_left (fun sum l -> sum + T.bytes l.column + Seen.bytes l.seen) 0 lists in
    {
      grammar;
      lists;
      budget;
      limits = Limits.start ?watch ~beside budget;
      n_solutions;
      enumerated = 0;
      undefined = 0;
      last_cost = 0;
      found = [];
      n_found = 0;
      texts = Hashtbl.create 16;
      stop = Exhausted;
    }

  let report t production (b : Buckets.block) =
    let program = applied t production.own (fun i -> production.ranks.(i)) in
    let text = Notation.print Inline program in
    if not (Hashtbl.mem t.texts text) then begin
      Hashtbl.add t.texts text ();
      t.found <- { program; cost = b.cost } :: t.found;
      t.n_found <- t.n_found + 1;
      if t.n_found >= t.n_solutions then raise (Limits.Stop Solved)
    end

  let size t production =
    let sum = ref 1 in
    for i = 0 to Array.length production.ranks - 1 do
      sum := !sum + size_of t.lists.(production.own.arguments.(i)) production.ranks.(i)
    done;
    !sum

  let remember l ~production ~size ranks =
    T.put l.column l.length;
    Int_vector.push l.derivations production;
    Int_vector.push l.derivations size;
    for i = 0 to l.stride - 3 do
      Int_vector.push l.derivations (if i < Array.length ranks then Array.unsafe_get ranks i else 0)
    done;
    l.length <- l.length + 1

  (* The next argument ranks of the block, the last turning quickest; after the last ones the first again. *)
  let turn (b : Buckets.block) ranks =
    let i = ref (Array.length ranks - 1) in
    while
      !i >= 0
      &&
      let rank = Array.unsafe_get ranks !i + 1 in
      if rank < Array.unsafe_get b.ranks !i + Array.unsafe_get b.counts !i then begin
        Array.unsafe_set ranks !i rank;
        false
      end
      else begin
        Array.unsafe_set ranks !i (Array.unsafe_get b.ranks !i);
        true
      end
    do
      decr i
    done

  let number l own =
    let rec from i = if l.productions.(i).own == own then i else from (i + 1) in
    from 0

  (* Value each derivation of the block, keep those that are new, and say how many. *)
  let keep t ~nonterminal (b : Buckets.block) =
    let l = t.lists.(nonterminal) in
    let index = number l b.production in
    let production = l.productions.(index) in
    let ranks = production.ranks in
    let requested = nonterminal = Pcfg.start t.grammar in
    let length = l.length in
    Array.blit b.ranks 0 ranks 0 (Array.length ranks);
    if requested then t.last_cost <- b.cost;
    for _ = 1 to Buckets.n_derivations b do
      Limits.before t.limits t.enumerated;
      t.enumerated <- t.enumerated + 1;
      if t.budget.size = max_int || size t production <= t.budget.size then
        if production.run ranks then begin
          if Seen.is_new l.seen l.same ~hash:(T.hash l.column) ~rank:l.length then
            remember l ~production:index ~size:(size t production) ranks;
          if requested && T.fits l.column then report t production b
        end
        else t.undefined <- t.undefined + 1;
      turn b ranks
    done;
    l.length - length

  let run ?watch ~n_solutions grammar budget =
    let t = create ?watch ~n_solutions grammar budget in
    (try
       if n_solutions <= 0 then raise (Limits.Stop Solved);
       let all = Buckets.create ~keep:(fun ~nonterminal b -> keep t ~nonterminal b) grammar in
       ignore (Buckets.ensure all ~nonterminal:(Pcfg.start grammar) ~index:max_int)
     with Limits.Stop stop -> t.stop <- stop);
    t

  let solutions t = List.rev t.found
  let column t ~nonterminal = t.lists.(nonterminal).column
  let length t ~nonterminal = t.lists.(nonterminal).length

  let statistics t =
    {
      enumerated = t.enumerated;
      undefined = t.undefined;
      distinct = Array.fold_left (fun sum l -> sum + l.length) 0 t.lists;
      last_cost = t.last_cost;
      stop = t.stop;
    }
end
