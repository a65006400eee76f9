open Lambda

type production = { entry : int; arguments : int array; log_probability : float; cost : int }

type t = {
  dsl : Dsl.t;
  start : int;
  nonterminals : Ty.t array;
  contexts : (int * int) option array;
  productions : production array array;
  cheapest : int array;
}

exception Nothing of Ty.t

let cost_scale = 1048576.
let nats cost = float_of_int cost /. cost_scale
let dsl g = g.dsl
let start g = g.start
let nonterminals g = g.nonterminals
let contexts g = g.contexts
let productions g = g.productions
let cheapest g = g.cheapest

(* Every ground type that stands somewhere in [types]. *)
let ground_types types =
  let rec parts ty =
    (if Ty.is_polymorphic ty then [] else [ ty ])
    @ match ty with Ty.Arrow (a, b) -> parts a @ parts b | Constructor (_, ps) -> List.concat_map parts ps | Variable _ -> []
  in
  List.sort_uniq compare (List.concat_map parts types)

let variables types =
  let rec go found = function
    | Ty.Variable i -> if List.mem i found then found else i :: found
    | Constructor (_, ps) -> List.fold_left go found ps
    | Arrow (a, b) -> go (go found a) b
  in
  List.rev (List.fold_left go [] types)

(* The ways to give [variables] ground types: one context per way, on top of what [unified] already fixes. *)
let rec groundings ground variables substitution =
  match variables with
  | [] -> [ substitution ]
  | v :: rest -> List.concat_map (fun ty -> groundings ground rest ((v, ty) :: substitution)) ground

let rec substitute s = function
  | Ty.Variable i -> List.assoc i s
  | Constructor (name, ps) -> Ty.Constructor (name, List.map (substitute s) ps)
  | Arrow (a, b) -> Arrow (substitute s a, substitute s b)

(* The argument types, all ground, with which an entry of type [ty] gives [target], for every number of arguments. *)
let uses ground target ty =
  let rec go ty taken_rev =
    let here =
      let ctx = Ty.context () in
      let whole = List.fold_left (fun ty a -> Ty.Arrow (a, ty)) ty taken_rev in
      let instance = Ty.instantiate ctx whole in
      let rec split n ty = if n = 0 then ([], ty) else match ty with
        | Ty.Arrow (a, b) -> let xs, r = split (n - 1) b in (a :: xs, r)
        | _ -> assert false
      in
      let arguments, result = split (List.length taken_rev) instance in
      match Ty.unify ctx result target with
      | () ->
        let arguments = List.map (Ty.apply ctx) arguments in
        List.map (fun s -> List.map (substitute s) arguments) (groundings ground (variables arguments) [])
      | exception Ty.Mismatch _ -> []
    in
    here @ match ty with Ty.Arrow (a, b) -> go b (a :: taken_rev) | _ -> []
  in
  go ty []

(* The cheapest derivation of each nonterminal by relaxation to a fixed point; [max_int] where there is none. *)
let cheapest_derivations cost_of productions =
  let best = Array.make (Array.length productions) max_int in
  let changed = ref true in
  while !changed do
    changed := false;
    Array.iteri
      (fun nt ps ->
        Array.iter
          (fun p ->
            let total =
              Array.fold_left
                (fun sum a -> if sum = max_int || best.(a) = max_int then max_int else sum + best.(a))
                (cost_of p) p.arguments
            in
            if total < best.(nt) then begin
              best.(nt) <- total;
              changed := true
            end)
          ps)
      productions
  done;
  best

(* The weight of a production stands in its [log_probability] until here. *)
let normalise productions =
  Array.map
    (fun ps ->
      let total = Log_space.sum (Array.map (fun p -> p.log_probability) ps) in
      Array.map
        (fun p ->
          let log_probability = p.log_probability -. total in
          let cost = max 1 (int_of_float (Float.round (-.log_probability *. cost_scale))) in
          { p with log_probability; cost })
        ps)
    productions

let with_productions g productions = { g with productions; cheapest = cheapest_derivations (fun p -> p.cost) productions }
let weighted g productions = with_productions g (normalise productions)

let with_weights g ws =
  weighted g (Array.mapi (fun n -> Array.mapi (fun i p -> { p with log_probability = ws.(n).(i) })) g.productions)

(* The keys that [start] needs, numbered as they are met, with their productions: [expand number key], where [number] is
   the nonterminal of a key. *)
let close start expand =
  let numbers = Hashtbl.create 16 in
  let keys = ref [] and pending = Queue.create () in
  let number key =
    match Hashtbl.find_opt numbers key with
    | Some n -> n
    | None ->
      let n = Hashtbl.length numbers in
      Hashtbl.add numbers key n;
      keys := key :: !keys;
      Queue.add key pending;
      n
  in
  ignore (number start);
  let collected = ref [] in
  while not (Queue.is_empty pending) do
    collected := Array.of_list (expand number (Queue.pop pending)) :: !collected
  done;
  (Array.of_list (List.rev !keys), Array.of_list (List.rev !collected))

(* Leave out what derives nothing, then what the start no longer reaches, and number the rest anew. *)
let trimmed dsl nonterminals contexts productions =
  let reachable_cost = cheapest_derivations (fun _ -> 1) productions in
  if reachable_cost.(0) = max_int then raise (Nothing nonterminals.(0));
  let productive p = Array.for_all (fun a -> reachable_cost.(a) < max_int) p.arguments in
  let productions = Array.map (fun ps -> Array.of_list (List.filter productive (Array.to_list ps))) productions in
  let renumbered = Array.make (Array.length nonterminals) (-1) in
  let order = ref [] and count = ref 0 in
  let rec visit n =
    if renumbered.(n) < 0 then begin
      renumbered.(n) <- !count;
      incr count;
      order := n :: !order;
      Array.iter (fun p -> Array.iter visit p.arguments) productions.(n)
    end
  in
  visit 0;
  let kept = Array.of_list (List.rev !order) in
  let renumber p = { p with arguments = Array.map (fun a -> renumbered.(a)) p.arguments } in
  let kept_of xs = Array.map (fun n -> xs.(n)) kept in
  let productions = Array.map (Array.map renumber) (kept_of productions) in
  with_productions
    { dsl; start = 0; nonterminals = kept_of nonterminals; contexts = kept_of contexts; productions; cheapest = [||] }
    productions

let full ~contextual dsl request =
  if Ty.is_polymorphic request then invalid_arg "Pcfg.make: polymorphic request";
  let entries = Array.to_list (Dsl.entries dsl) in
  let ground = ground_types (request :: List.map Dsl.ty entries) in
  let productions number (target, _) =
    List.concat
      (List.mapi
         (fun entry e ->
           uses ground target (Dsl.ty e)
           |> List.filter (List.for_all (fun ty -> List.mem ty ground))
           |> List.map (fun arguments ->
                  let context position = if contextual then Some (entry, position) else None in
                  let arguments = Array.of_list (List.mapi (fun i ty -> number (ty, context i)) arguments) in
                  { entry; arguments; log_probability = e.Dsl.log_likelihood; cost = 1 }))
         entries)
  in
  let keys, productions = close (request, None) productions in
  let g = trimmed dsl (Array.map fst keys) (Array.map snd keys) productions in
  weighted g g.productions

let without ?(normalised = true) redexes g =
  let entries = Dsl.entries g.dsl in
  let is (head : Redex.head) p =
    Array.length p.arguments = head.arity
    && match entries.(p.entry).Dsl.term with Term.Primitive { name } -> name = head.name | _ -> false
  in
  let is_left_out forbidden p = List.exists (fun inner -> is inner p) forbidden in
  (* What may not head a nonterminal at a place: of what does head it, so that equal lists are equal sets. *)
  let forbidden nonterminal is_here =
    List.filter_map (fun (r : Redex.t) -> if is_here r.place then Some r.inner else None) redexes
    |> List.filter (fun inner -> Array.exists (is inner) g.productions.(nonterminal))
    |> List.sort_uniq compare
  in
  let below p position = function Redex.Start -> false | Argument a -> a.position = position && is a.outer p in
  let productions number (nonterminal, left_out) =
    Array.to_list g.productions.(nonterminal)
    |> List.filter (fun p -> not (is_left_out left_out p))
    |> List.map (fun p -> { p with arguments = Array.mapi (fun i a -> number (a, forbidden a (below p i))) p.arguments })
  in
  let keys, productions = close (g.start, forbidden g.start (( = ) Redex.Start)) productions in
  let of_original xs = Array.map (fun (nonterminal, _) -> xs.(nonterminal)) keys in
  let kept = trimmed g.dsl (of_original g.nonterminals) (of_original g.contexts) productions in
  if normalised then weighted kept kept.productions else kept

let make ?(redexes = []) ?(contextual = false) dsl request =
  let g = full ~contextual dsl request in
  if redexes = [] then g else without redexes g
