open Lambda
open Grammar
open Domains
open Bigarray
module Op = Expression_operation
module Points = Expression_points

exception Undefined

type env = (string * float) list

let value_of (op : Op.t) a b =
  match op with
  | Add -> a +. b
  | Sub -> a -. b
  | Mul -> a *. b
  | Div -> a /. b
  | Neg -> -.a
  | Inv -> 1. /. a
  | Square -> a *. a
  | Cube -> a *. a *. a
  | Sqrt -> if a > 0. then sqrt a else nan
  | Exp -> exp a
  | Log -> log a
  | Sin -> sin a
  | Cos -> cos a

let rec value env t =
  match Term.spine t with
  | Primitive { name }, [] -> (match List.assoc_opt name env with Some x -> x | None -> float_of_string name)
  | Primitive { name }, args ->
    let args = List.map (value env) args in
    value_of (List.assoc name Op.all) (List.hd args) (List.nth args (List.length args - 1))
  | _ -> assert false

(* The values at all points, of [t] and with it of each part: a sum that vanishes is refused, and a number out of range. *)
let rec values envs t =
  let parts = match Term.spine t with _, args -> List.map (values envs) args in
  let row = List.map (fun env -> value env t) envs in
  let vanishes =
    match (Term.spine t, parts) with
    | (Primitive { name = "add" | "sub" }, _), first :: _ -> List.for_all2 (fun y x -> abs_float y <= 1e-12 *. abs_float x) row first
    | _ -> false
  in
  if vanishes || not (List.for_all (fun y -> abs_float y <= 1e30) row) then raise Undefined;
  row

(* Derivatives by the rules of calculus, written down once more. *)
let rec gradient env names t =
  match Term.spine t with
  | Primitive { name }, [] -> List.map (fun n -> if n = name then 1. else 0.) names
  | Primitive { name }, args -> (
    let x = List.map (value env) args and dx = List.map (gradient env names) args in
    let scaled c = List.map (fun d -> c *. d) in
    match (List.assoc name Op.all, x, dx) with
    | Add, _, [ da; db ] -> List.map2 ( +. ) da db
    | Sub, _, [ da; db ] -> List.map2 ( -. ) da db
    | Mul, [ a; b ], [ da; db ] -> List.map2 ( +. ) (scaled b da) (scaled a db)
    | Div, [ a; b ], [ da; db ] -> List.map2 ( -. ) (scaled (1. /. b) da) (scaled (a /. b /. b) db)
    | Neg, _, [ da ] -> scaled (-1.) da
    | Inv, [ a ], [ da ] -> scaled (-1. /. a /. a) da
    | Square, [ a ], [ da ] -> scaled (2. *. a) da
    | Cube, [ a ], [ da ] -> scaled (3. *. a *. a) da
    | Sqrt, [ a ], [ da ] -> scaled (0.5 /. sqrt a) da
    | Exp, [ a ], [ da ] -> scaled (exp a) da
    | Log, [ a ], [ da ] -> scaled (1. /. a) da
    | Sin, [ a ], [ da ] -> scaled (cos a) da
    | Cos, [ a ], [ da ] -> scaled (-.sin a) da
    | _ -> assert false)
  | _ -> assert false

let flat numbers : Points.flat = Array1.of_array Float64 c_layout numbers

(* Points as environments. *)
let problem ?tangents names envs gradients : Points.t =
  {
    names = Array.of_list names;
    n = List.length envs;
    points = flat (Array.of_list (List.concat_map (fun env -> List.map (fun n -> List.assoc n env) names) envs));
    gradients = flat (Array.of_list (List.concat gradients));
    tangents;
  }

let random_envs state names n =
  List.init n (fun _ -> List.map (fun name -> (name, 0.3 +. Random.State.float state 1.5)) names)

let library ?(weight = Expression_domain.weight) inputs constants operations =
  let real name = (name, Op.real) in
  let entry (name, ty) = { Dsl.term = Term.Primitive { name; ty }; log_likelihood = weight name } in
  Dsl.make ~state_type:Op.real ~var_log_likelihood:0.
    (List.map entry (List.map real (inputs @ constants) @ List.map (fun name -> (name, Op.ty (List.assoc name Op.all))) operations))

let names = [ "x"; "y" ]
let default_grammar = Pcfg.make (library names [ "1"; "2" ] Op.default) Op.real

let budget = { Search.Limits.programs = 3_000; size = max_int; seconds = 600.; memory = max_int }

type found = { kept : (Term.t * int) list; nearest : (Term.t * int) list; terms : Term.t list; statistics : Search.Solve.statistics }

let search ?(budget = budget) ?units ?types ?(room = 100_000) ?(terms = 0) ?(enough = 0.) g (points : Points.t) =
  let s = Expression_domain.search ?units points ~at:(Points.everywhere points) ~types ~room ~terms ~enough in
  let (module T) = Expression_domain.table s in
  let module Solve = Search.Solve.Make (T) in
  let t = Solve.run ~n_solutions:1 g budget in
  let nonterminal = Pcfg.start g in
  let program rank = (Solve.term t ~nonterminal ~rank, Solve.cost t ~nonterminal ~rank) in
  let ranking = Expression_domain.ranking s in
  {
    kept = List.init (Solve.length t ~nonterminal) program;
    nearest = List.map program (Expression_ranking.nearest ranking);
    terms = List.map (fun rank -> fst (program rank)) (Expression_ranking.terms ranking);
    statistics = Solve.statistics t;
  }

(* What two values, or directions, have in common when they differ by rounding only: digits. *)
let digits x =
  if abs_float x < 5e-9 then "0" else if abs_float x < 0.7310593 then Printf.sprintf "%.8f" (x +. 1e-13) else Printf.sprintf "%.8e" (x *. (1. +. 1e-13))

let value_key envs t =
  String.concat " " (List.map digits (values envs t) @ List.concat_map (fun env -> List.map digits (gradient env names t)) envs)
