(* Functions with a name, each found from a table, and then tried on inputs that were not in the table. *)

open Domains
open Support

type kind = Number of int * int  (** from, to *) | Truth

(* The reference gets and gives Booleans as 0 and 1. *)
type named = {
  name : string;
  inputs : (string * kind) list;
  gives : [ `Number | `Truth ];
  constants : int list;
  primitives : string list;
  reference : int list -> int;
}

let make ?(constants = [ 0; 1; 2 ]) ?(primitives = List.map fst Integer_domain.primitives) name inputs gives reference =
  { name; inputs; gives; constants; primitives; reference }

let bits names = List.map (fun name -> (name, Truth)) names
let numbers ?(least = -20) ?(most = 20) names = List.map (fun name -> (name, Number (least, most))) names
let truth c = if c then 1 else 0
let sum = List.fold_left ( + ) 0
let floor_div a b = int_of_float (Float.floor (float_of_int a /. float_of_int b))
let wrong xs = Alcotest.failf "a reference with %d arguments" (List.length xs)
let one f = function [ a ] -> f a | xs -> wrong xs
let two f = function [ a; b ] -> f a b | xs -> wrong xs
let three f = function [ a; b; c ] -> f a b c | xs -> wrong xs

let functions =
  let abc = bits [ "a"; "b"; "c" ] and ab = bits [ "a"; "b" ] and x = numbers [ "x" ] and xy = numbers [ "x"; "y" ] in
  let state limit = ("s", Number (0, limit)) in
  [
    make "carry" abc `Truth (fun xs -> truth (sum xs >= 2));
    make "full-adder sum" abc `Truth (fun xs -> sum xs land 1);
    make "parity of four" (bits [ "a"; "b"; "c"; "d" ]) `Truth (fun xs -> sum xs land 1);
    make "majority of numbers" [ ("a", Number (0, 1)); ("b", Number (0, 1)); ("c", Number (0, 1)) ] `Number (fun xs -> truth (sum xs >= 2));
    make "carry of a digit" (numbers ~least:0 ~most:1 [ "a"; "b"; "c" ]) `Number (fun xs -> sum xs / 2);
    make "xor" ab `Truth (two (fun a b -> truth (a <> b)));
    make "nand" ab `Truth (two (fun a b -> truth (a + b < 2)));
    make "implication" ab `Truth (two (fun a b -> truth (a <= b)));
    make "mux" (bits [ "a" ] @ xy) `Number (three (fun a x y -> if a = 1 then x else y));
    make "toggle" (("s", Truth) :: bits [ "a" ]) `Truth (two (fun s a -> if a = 1 then 1 - s else s));
    make "max" xy `Number (two (fun x y -> if x > y then x else y));
    make "min of three" (numbers [ "x"; "y"; "z" ]) `Number (fun xs -> List.fold_left min max_int xs);
    make "median of three" (numbers [ "x"; "y"; "z" ]) `Number (fun xs -> List.nth (List.sort compare xs) 1);
    make "clamp" x `Number ~constants:[ 0; 1; 7 ] (one (fun x -> if x < 0 then 0 else if x > 7 then 7 else x));
    make "absolute value" x `Number (one (fun x -> if x < 0 then -x else x));
    make "absolute difference" xy `Number (two (fun x y -> if x < y then y - x else x - y));
    make "sign" (numbers ~least:(-6) ~most:6 [ "x" ]) `Number (one (fun x -> compare x 0));
    make "relu" x `Number (one (fun x -> if x < 0 then 0 else x));
    make "step" x `Number (one (fun x -> truth (x > 0)));
    make "is even" x `Truth (one (fun x -> truth (x land 1 = 0)));
    make "is divisible by 3" x `Truth ~constants:[ 0; 1; 3 ] (one (fun x -> truth (x mod 3 = 0)));
    make "equality of parity" xy `Truth (two (fun x y -> truth (x land 1 = y land 1)));
    make "mod-3 counter step" (state 2 :: bits [ "a" ]) `Number ~constants:[ 0; 1; 3 ] (two (fun s a -> (s + a) mod 3));
    make "saturating counter step" (state 5 :: bits [ "a" ]) `Number ~constants:[ 0; 1; 5 ]
      (two (fun s a -> if a = 0 then 0 else if s = 5 then 5 else s + 1));
    make "saturating add" (numbers ~least:0 ~most:15 [ "x"; "y" ]) `Number ~constants:[ 0; 1; 15 ] (two (fun x y -> if x + y > 15 then 15 else x + y));
    make "average, rounded down" xy `Number (two (fun x y -> floor_div (x + y) 2));
    make "ceiling division" (("x", Number (-20, 20)) :: numbers ~least:1 ~most:9 [ "y" ]) `Number
      (two (fun x y -> -floor_div (-x) y));
    make "bit 0" x `Number (one (fun x -> x land 1));
    make "bit 1" x `Number (one (fun x -> (x lsr 1) land 1));
    make "next Collatz" (numbers ~least:1 ~most:40 [ "x" ]) `Number ~constants:[ 1; 2; 3 ]
      ~primitives:[ "add"; "mul"; "div"; "mod"; "eq"; "if" ]
      (one (fun x -> if x land 1 = 0 then x / 2 else (3 * x) + 1));
    make "running-maximum update" [ ("s", Number (-20, 20)); ("x", Number (-20, 20)) ] `Number (two max);
    make "alternating sign" [ ("i", Number (0, 30)); ("x", Number (-20, 20)) ] `Number
      (two (fun i x -> if i land 1 = 0 then x else -x));
    make "remaining time, floored at zero" xy `Number (two (fun x y -> max 0 (x - y)));
    make "within the interval" (numbers ~least:(-3) ~most:3 [ "x"; "y"; "z" ]) `Truth (three (fun x y z -> truth (x <= y && y <= z)));
  ]

let draw state inputs =
  List.map
    (fun (_, kind) ->
      match kind with Truth -> Random.State.int state 2 | Number (least, most) -> least + Random.State.int state (most - least + 1))
    inputs

(* All inputs when they are few; else so many at random, distinct. *)
let rows f ~n ~seed =
  let sizes = List.map (function _, Truth -> 2 | _, Number (least, most) -> most - least + 1) f.inputs in
  if List.fold_left ( * ) 1 sizes <= n then
    List.fold_right2
      (fun (_, kind) size rest ->
        let least = match kind with Truth -> 0 | Number (least, _) -> least in
        List.concat (List.init size (fun i -> List.map (fun row -> (least + i) :: row) rest)))
      f.inputs sizes [ [] ]
  else
    let state = Random.State.make [| seed |] in
    List.sort_uniq compare (List.init n (fun _ -> draw state f.inputs))

let cell kind x = match kind with `Truth -> Tabular.Bool (x = 1) | `Number -> Tabular.Int x

let message f rows : Wire.Table_message.t =
  let column i (name, kind) =
    let kind = match kind with Truth -> `Truth | Number _ -> `Number in
    (name, Array.of_list (List.map (fun row -> cell kind (List.nth row i)) rows))
  in
  {
    inputs = List.mapi column f.inputs;
    outputs = Array.of_list (List.map (fun row -> cell f.gives (f.reference row)) rows);
    constants = f.constants;
    primitives = f.primitives;
    max_programs = 10_000_000;
    n_solutions = 1;
    size = max_int;
    exploration_timeout = 600.;
    memory_limit = max_int;
  }

let found f =
  let m = message f (rows f ~n:40 ~seed:1) in
  let (module T) = Integer_domain.table ~inputs:m.inputs ~outputs:m.outputs in
  let module Solve = Search.Solve.Make (T) in
  let budget = { Search.Limits.programs = m.max_programs; size = m.size; seconds = m.exploration_timeout; memory = m.memory_limit } in
  let t = Solve.run ~n_solutions:1 (Commands.Solving.grammar (module Integer_domain) m) budget in
  (Solve.solutions t, Solve.statistics t)

let holds_out f =
  case f.name (fun () ->
      match found f with
      | [], s -> Alcotest.failf "not found: %s after %d programs" (Search.Limits.stop_name s.stop) s.enumerated
      | { program } :: _, _ ->
        List.iter
          (fun row ->
            let env = List.map2 (fun (name, _) x -> (name, x)) f.inputs row in
            if Integer_reference.value env program <> Some (f.reference row) then
              Alcotest.failf "%s is wrong at %s" (Integer_domain.python program)
                (String.concat ", " (List.map (fun (name, x) -> Printf.sprintf "%s = %d" name x) env)))
          (rows f ~n:500 ~seed:2))

let () =
  Alcotest.run "named functions"
    [
      ("found from a table, right on others", List.map holds_out functions);
      ( "as many as said",
        [
          case "thirty and more, each name once" (fun () ->
              let names = List.map (fun f -> f.name) functions in
              Alcotest.(check bool) "thirty" true (List.length (List.sort_uniq compare names) = List.length names && List.length names >= 30));
        ] );
    ]
