open Lambda
open Grammar
open Domains
open Wire
module Message = Expression_message
module Rows = Expression_rows
module Points = Expression_points

let grammar (m : Message.t) =
  let real = Expression_operation.real in
  let entry ?weight name ty =
    let log_likelihood = Option.value ~default:(Expression_domain.weight name) weight in
    { Dsl.term = Term.Primitive { name; ty }; log_likelihood }
  in
  let input name = entry name real in
  let constant c = entry ~weight:Expression_domain.constant_weight (Expression_domain.constant c) real in
  let operation name = entry name (Expression_operation.ty (List.assoc name Expression_operation.all)) in
  Invalid.describing "primitives" (fun () ->
      Pcfg.make
        (Dsl.make ~state_type:real ~var_log_likelihood:0.
           (List.map input (Array.to_list m.points.names) @ List.map constant m.constants @ List.map operation m.primitives))
        real)

let rec take n = function x :: rest when n > 0 -> x :: take (n - 1) rest | _ -> []

(* Errors below this are rounding. *)
let exact = 1e-13

(* The nearest of each size that is nearer than all smaller ones. *)
let front (found : Message.expression list) =
  let by_size = List.stable_sort (fun (a : Message.expression) b -> compare (Term.size a.program) (Term.size b.program)) found in
  let rec go = function
    | [] -> []
    | (first : Message.expression) :: rest ->
      let size = Term.size first.program in
      let same, larger = List.partition (fun (e : Message.expression) -> Term.size e.program = size) rest in
      let best = List.fold_left (fun (best : Message.expression) (e : Message.expression) -> if e.error < best.error then e else best) first same in
      best :: go (if best.error <= exact then [] else List.filter (fun (e : Message.expression) -> e.error < best.error) larger)
  in
  go by_size

(* Values, then derivatives: by point, then direction. *)
let write_row rows row =
  let n = Rows.points rows and m = Rows.directions rows and scratch = Rows.scratch rows in
  for p = 0 to n - 1 do
    for j = 0 to m do
      row.((p * (m + 1)) + j) <- scratch.((j * n) + p)
    done
  done

let answer ?watch d =
  let began = Sys.time () in
  let m = Message.read d in
  let grammar = grammar m in
  let nonterminal = Pcfg.start grammar in
  let s =
    Expression_domain.search ?units:m.units m.points ~at:(Points.first m.points m.search_points) ~types:m.types ~room:m.n_best ~terms:m.basis
      ~enough:m.enough
  in
  let (module T) = Expression_domain.table s in
  let module Solve = Search.Solve.Make (T) in
  let budget =
    { Search.Limits.programs = m.max_programs; size = m.size; seconds = m.exploration_timeout; memory = m.memory_limit }
  in
  let search = Solve.run ?watch ~n_solutions:1 grammar budget in
  if (Solve.statistics search).stop = Cancelled then raise Exploration.Cancelled;
  let values = Expression_domain.values m.points in
  let latent = Points.latent m.points ~at:(Points.everywhere m.points) in
  let judged rank =
    let program = Solve.term search ~nonterminal ~rank in
    let judge rows =
      let error = Expression_direction.error rows latent in
      if not (Float.is_finite error) then None else Some { Message.program; cost = Solve.cost search ~nonterminal ~rank; error }
    in
    Option.bind (Expression_domain.value values program) judge
  in
  let ranking = Expression_domain.ranking s in
  (* By rank, which is by cost: the sort below is stable. *)
  let nearest = List.filter_map judged (List.sort compare (Expression_ranking.nearest ranking)) in
  let best = take m.n_best (List.stable_sort (fun (a : Message.expression) b -> compare a.error b.error) nearest) in
  let basis = List.filter_map judged (Expression_ranking.terms ranking) in
  Option.iter
    (fun path ->
      let terms = Array.of_list basis in
      let shape = [| Array.length terms; m.points.n; 1 + Points.directions m.points |] in
      Array_file.write ~field:"basis_file" path ~shape (fun i row ->
          write_row (Option.get (Expression_domain.value values terms.(i).program)) row))
    m.basis_file;
  Message.reply ~front:(front nearest) ~best ~basis ~seconds:(Sys.time () -. began) (Solve.statistics search)
