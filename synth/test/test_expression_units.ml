(* Physical units in the search for expressions. *)

open Lambda
open Grammar
open Domains
open Support
open Expression_reference
module Op = Expression_operation
module Unit = Expression_unit

(* Powers of one base unit as numbers; None where there is no unit. *)
let rec plain_unit of_input t =
  match Term.spine t with
  | Primitive { name }, [] -> Some (Option.value ~default:0. (List.assoc_opt name of_input))
  | Primitive { name }, args -> (
    match (List.assoc name Op.all, List.map (plain_unit of_input) args) with
    | (Add | Sub), [ Some a; Some b ] -> if a = b then Some a else None
    | Mul, [ Some a; Some b ] -> Some (a +. b)
    | Div, [ Some a; Some b ] -> Some (a -. b)
    | Neg, [ a ] -> a
    | Inv, [ Some a ] -> Some (-.a)
    | Square, [ Some a ] -> Some (2. *. a)
    | Cube, [ Some a ] -> Some (3. *. a)
    | Sqrt, [ Some a ] -> Some (a /. 2.)
    | (Exp | Log | Sin | Cos), [ Some 0. ] -> Some 0.
    | _ -> None)
  | _ -> assert false

let measured of_input =
  let table = Unit.table () in
  (table, List.map (fun (name, power) -> (name, Option.get (Unit.of_powers table [ ("m", power) ]))) of_input)

let units =
  let envs = random_envs (Random.State.make [| 11 |]) names 6 in
  let points = problem names envs (List.map (fun _ -> [ 1.; 1. ]) envs) in
  let kept ?units () = List.map fst (search ~budget:{ budget with programs = 20_000 } ?units default_grammar points).kept in
  [
    case "what is kept has a unit, and of the functions that have one none is lost" (fun () ->
        let of_input = [ ("x", 1.); ("y", 2.) ] in
        let having = List.filter (fun t -> plain_unit of_input t <> None) in
        let all = kept () and ours = kept ~units:(measured of_input) () in
        Alcotest.(check int) "all have one" (List.length ours) (List.length (having ours));
        Alcotest.(check bool) "many" true (List.length ours > 300);
        let keys = Hashtbl.create 1000 in
        List.iter (fun t -> Hashtbl.replace keys (value_key envs t) ()) ours;
        List.iter
          (fun t -> if not (Hashtbl.mem keys (value_key envs t)) then Alcotest.failf "lost: %s" (Notation.print Stitch t))
          (having all));
    case "numbers have units that no function cares about" (fun () ->
        Alcotest.(check int) "as many" (List.length (kept ())) (List.length (kept ~units:(measured []) ())));
    case "equal values of different units are two arguments" (fun () ->
        let same = List.map (fun env -> [ ("x", List.assoc "x" env); ("y", List.assoc "x" env) ]) envs in
        let points = problem names same (List.map (fun _ -> [ 1.; 1. ]) envs) in
        let g = Pcfg.make (library names [] [ "mul" ]) Op.real in
        let kept units = List.map (fun (t, _) -> Notation.print Stitch t) (search ~units:(measured units) g points).kept in
        let first of_input = List.filteri (fun i _ -> i < 2) (kept of_input) in
        Alcotest.(check (list string)) "metres and square metres" [ "x"; "y" ] (first [ ("x", 1.); ("y", 2.) ]));
    case "powers are multiples of 1/360" (fun () ->
        let table = Unit.table () in
        let of_powers = Unit.of_powers table in
        let metre = Option.get (of_powers [ ("m", 1.) ]) in
        Alcotest.(check (option int)) "a number" (Some Unit.number) (of_powers [ ("m", 0.) ]);
        Alcotest.(check (option int)) "whatever the order" (of_powers [ ("s", -1.); ("m", 1. /. 3.) ]) (of_powers [ ("m", 1. /. 3.); ("s", -1.) ]);
        Alcotest.(check (option int)) "an odd power" None (of_powers [ ("m", 0.123) ]);
        Alcotest.(check (option int)) "no number" None (of_powers [ ("m", nan) ]);
        let root a = Option.bind a (fun a -> Unit.of_result table Sqrt a a) in
        Alcotest.(check (option int)) "a root" (of_powers [ ("m", 0.5) ]) (root (Some metre));
        Alcotest.(check (option int)) "too many roots" None (root (root (root (root (Some metre))))));
  ]

let () = Alcotest.run "expression units" [ ("units", units) ]
