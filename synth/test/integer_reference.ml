open Lambda

let in_range_product a b = b = 0 || abs a <= max_int / abs b
let in_range_sum a b = if b >= 0 then a <= max_int - b else a >= -max_int - b

let quotient a b = (a / b) - if a mod b <> 0 && a < 0 <> (b < 0) then 1 else 0

let operation name xs =
  let truth c = Some (if c then 1 else 0) in
  match (name, xs) with
  | "add", [ a; b ] -> if in_range_sum a b then Some (a + b) else None
  | "sub", [ a; b ] -> if in_range_sum a (-b) then Some (a - b) else None
  | "mul", [ a; b ] -> if in_range_product a b then Some (a * b) else None
  | "div", [ _; 0 ] | "mod", [ _; 0 ] -> None
  | "div", [ a; b ] -> Some (quotient a b)
  (* Intermediate results wrap around, the last one is in range. *)
  | "mod", [ a; b ] -> Some (a - (b * quotient a b))
  | "min", [ a; b ] -> Some (min a b)
  | "max", [ a; b ] -> Some (max a b)
  | "neg", [ a ] -> Some (-a)
  | "abs", [ a ] -> Some (if a < 0 then -a else a)
  | "eq", [ a; b ] -> truth (a = b)
  | "lt", [ a; b ] -> truth (a < b)
  | "le", [ a; b ] -> truth (a <= b)
  | "and", [ a; b ] -> truth (a = 1 && b = 1)
  | "or", [ a; b ] -> truth (a = 1 || b = 1)
  | "xor", [ a; b ] -> truth (a <> b)
  | "not", [ a ] -> truth (a = 0)
  | ("if" | "if_bool"), [ c; a; b ] -> Some (if c = 1 then a else b)
  | _ -> Alcotest.failf "%s of %d arguments" name (List.length xs)

(* The value of a program without inventions; [None] when a part of it has none. *)
let rec value env term =
  match Term.spine term with
  | Primitive { name }, [] -> (
    match List.assoc_opt name env with Some x -> Some x | None -> int_of_string_opt name)
  | Primitive { name }, xs ->
    let xs = List.map (value env) xs in
    if List.mem None xs then None else operation name (List.map Option.get xs)
  | _ -> Alcotest.fail "no primitive at the head"

(* The values on all examples, [None] when one is undefined. *)
let row table term =
  let plain = Term.beta_normal (Term.expand term) in
  let values = List.map (fun env -> value env plain) table in
  if List.mem None values then None else Some (List.map Option.get values)
