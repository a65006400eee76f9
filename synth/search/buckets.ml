open Grammar

type block = { production : Pcfg.production; cost : int; first : int; ranks : int array; counts : int array }

(* A tuple is its number in the vectors below. [head] packs its production with the argument position that was raised
   last; the classes of its arguments are [indices.(from) …]. The queue holds [cost * 2^32 + tuple]; a tuple whose raised
   argument is one class further than that argument's list has got yet waits there, with its cost without that class. A
   block is a tuple that was found, and its first rank. *)
type list_ = {
  productions : Pcfg.production array;
  outside : int;  (* the cost of the cheapest program around a derivation of this nonterminal *)
  head : Int_vector.t;
  from : Int_vector.t;
  indices : Int_vector.t;
  queue : Int_heap.t;
  mutable waiting : (list_ * int) list;  (* the tuples, and the lists they belong to, that wait for the next class here *)
  found : Int_vector.t;  (* tuples, in order of rank: the blocks *)
  firsts : Int_vector.t;  (* the first rank of each block *)
  costs : Int_vector.t;  (* of each class *)
  starts : Int_vector.t;  (* the number of each class's first block, and that after the last class's *)
  mutable n_ranks : int;
}

type t = { grammar : Pcfg.t; lists : list_ array; keep : nonterminal:int -> block -> int }

let tuple_bits = 32
let position_bits = 8
let max_cost = 1 lsl (62 - tuple_bits)
let tuple_of key = key land ((1 lsl tuple_bits) - 1)
let cost_of key = key lsr tuple_bits
let n_classes l = Int_vector.length l.costs

let n_derivations b =
  Array.fold_left (fun product n -> if n > 0 && product > max_int / n then max_int else product * n) 1 b.counts

(* Put the tuple into the queue, or let it wait for the first of its arguments whose class is not there yet. *)
let schedule lists l tuple =
  let production = l.productions.(Int_vector.get l.head tuple lsr position_bits) and from = Int_vector.get l.from tuple in
  let rec go i cost =
    if i = Array.length production.arguments then begin
      if cost < max_cost then Int_heap.push l.queue ((cost lsl tuple_bits) lor tuple)
    end
    else
      let a = lists.(production.arguments.(i)) and index = Int_vector.get l.indices (from + i) in
      if index < n_classes a then go (i + 1) (cost + Int_vector.get a.costs index) else a.waiting <- (l, tuple) :: a.waiting
  in
  go 0 production.cost

(* The indices are pushed by the caller, just before. *)
let new_tuple lists l ~production ~position ~from =
  let tuple = Int_vector.length l.head in
  Int_vector.push l.head ((production lsl position_bits) lor position);
  Int_vector.push l.from from;
  schedule lists l tuple

let outside grammar =
  let cheapest = Pcfg.cheapest grammar in
  let out = Array.map (fun _ -> max_int) cheapest in
  out.(Pcfg.start grammar) <- 0;
  let changed = ref true in
  while !changed do
    changed := false;
    Array.iteri
      (fun nt ps ->
        if out.(nt) < max_int then
          Array.iter
            (fun (p : Pcfg.production) ->
              let whole = Array.fold_left (fun sum a -> sum + cheapest.(a)) (out.(nt) + p.cost) p.arguments in
              Array.iter
                (fun a ->
                  if whole - cheapest.(a) < out.(a) then begin
                    out.(a) <- whole - cheapest.(a);
                    changed := true
                  end)
                p.arguments)
            ps)
      (Pcfg.productions grammar)
  done;
  out

let create ?(keep = fun ~nonterminal:_ b -> n_derivations b) grammar =
  let outside = outside grammar in
  let list_of nonterminal productions =
    {
      productions;
      outside = outside.(nonterminal);
      head = Int_vector.create ();
      from = Int_vector.create ();
      indices = Int_vector.create ();
      queue = Int_heap.create ();
      waiting = [];
      found = Int_vector.create ();
      firsts = Int_vector.create ();
      costs = Int_vector.create ();
      starts = Int_vector.create ();
      n_ranks = 0;
    }
  in
  let lists = Array.mapi list_of (Pcfg.productions grammar) in
  Array.iter (fun l -> Int_vector.push l.starts 0) lists;
  Array.iter
    (fun l ->
      Array.iteri
        (fun production (p : Pcfg.production) ->
          if Array.length p.arguments >= 1 lsl position_bits then invalid_arg "Buckets.create: too many arguments";
          let from = Int_vector.length l.indices in
          Array.iter (fun _ -> Int_vector.push l.indices 0) p.arguments;
          new_tuple lists l ~production ~position:0 ~from)
        l.productions)
    lists;
  { grammar; lists; keep }

let cost t ~nonterminal ~index = Int_vector.get t.lists.(nonterminal).costs index
let rank_at l block = if block < Int_vector.length l.firsts then Int_vector.get l.firsts block else l.n_ranks

let block t l ~cost ~first tuple =
  let production = l.productions.(Int_vector.get l.head tuple lsr position_bits) in
  let from = Int_vector.get l.from tuple in
  let arity = Array.length production.arguments in
  let ranks = Array.make arity 0 and counts = Array.make arity 0 in
  for i = 0 to arity - 1 do
    let a = t.lists.(production.arguments.(i)) and index = Int_vector.get l.indices (from + i) in
    let start = rank_at a (Int_vector.get a.starts index) in
    ranks.(i) <- start;
    counts.(i) <- rank_at a (Int_vector.get a.starts (index + 1)) - start
  done;
  { production; cost; first; ranks; counts }

let saturating a b = if a > max_int - b then max_int else a + b

(* Successors raise one class by one, at or after the position that was raised last: each tuple has one predecessor. *)
let advance t l tuple =
  let head = Int_vector.get l.head tuple and from = Int_vector.get l.from tuple in
  let production = head lsr position_bits in
  let arity = Array.length l.productions.(production).arguments in
  for position = head land ((1 lsl position_bits) - 1) to arity - 1 do
    let raised = Int_vector.length l.indices in
    for i = 0 to arity - 1 do
      let index = Int_vector.get l.indices (from + i) in
      Int_vector.push l.indices (if i = position then index + 1 else index)
    done;
    new_tuple t.lists l ~production ~position ~from:raised
  done

let find_class t ~nonterminal l =
  let cost = cost_of (Int_heap.least l.queue) in
  let start = Int_vector.length l.found in
  while (not (Int_heap.is_empty l.queue)) && cost_of (Int_heap.least l.queue) = cost do
    let tuple = tuple_of (Int_heap.pop l.queue) in
    let first = l.n_ranks in
    let kept = t.keep ~nonterminal (block t l ~cost ~first tuple) in
    if kept > 0 then begin
      Int_vector.push l.found tuple;
      Int_vector.push l.firsts first;
      l.n_ranks <- saturating first kept
    end;
    advance t l tuple
  done;
  if Int_vector.length l.found > start then begin
    Int_vector.push l.costs cost;
    Int_vector.push l.starts (Int_vector.length l.found);
    let waiting = l.waiting in
    l.waiting <- [];
    List.iter (fun (l, tuple) -> schedule t.lists l tuple) (List.rev waiting)
  end

(* All nonterminals advance together, by the cost of the cheapest program around what is found; at equal cost parts come
   before what they are parts of. So whatever a block is made of was found before it. *)
let step t =
  let best = ref (-1) and time = ref max_int and own = ref max_int in
  for n = 0 to Array.length t.lists - 1 do
    let l = t.lists.(n) in
    if not (Int_heap.is_empty l.queue) then begin
      let cost = cost_of (Int_heap.least l.queue) in
      if cost + l.outside < !time || (cost + l.outside = !time && cost < !own) then begin
        best := n;
        time := cost + l.outside;
        own := cost
      end
    end
  done;
  !best >= 0
  && begin
       find_class t ~nonterminal:!best t.lists.(!best);
       true
     end

let rec ensure t ~nonterminal ~index =
  index < n_classes t.lists.(nonterminal) || (step t && ensure t ~nonterminal ~index)

let blocks t ~nonterminal ~index f =
  let l = t.lists.(nonterminal) in
  let cost = Int_vector.get l.costs index in
  for b = Int_vector.get l.starts index to Int_vector.get l.starts (index + 1) - 1 do
    f (block t l ~cost ~first:(Int_vector.get l.firsts b) (Int_vector.get l.found b))
  done

(* The last number in the ascending [v] that is at most [x] stands where? *)
let last_at_most v x =
  let rec between low high =
    if high - low <= 1 then low
    else
      let middle = (low + high) / 2 in
      if Int_vector.get v middle <= x then between middle high else between low middle
  in
  between 0 (Int_vector.length v)

let block_of t ~nonterminal ~rank =
  let l = t.lists.(nonterminal) in
  let b = last_at_most l.firsts rank in
  let cost = Int_vector.get l.costs (last_at_most l.starts b) in
  block t l ~cost ~first:(Int_vector.get l.firsts b) (Int_vector.get l.found b)

let argument_ranks b ~rank =
  let ranks = Array.copy b.ranks in
  let rest = ref (rank - b.first) in
  for i = Array.length ranks - 1 downto 0 do
    ranks.(i) <- ranks.(i) + (!rest mod b.counts.(i));
    rest := !rest / b.counts.(i)
  done;
  ranks

let rec term t ~nonterminal ~rank =
  let b = block_of t ~nonterminal ~rank in
  let entries = Dsl.entries (Pcfg.dsl t.grammar) in
  let ranks = argument_ranks b ~rank in
  Lambda.Term.apply entries.(b.production.entry).term
    (List.mapi (fun i a -> term t ~nonterminal:a ~rank:ranks.(i)) (Array.to_list b.production.arguments))
