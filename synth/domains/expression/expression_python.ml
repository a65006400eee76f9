open Lambda

(* How tightly an expression binds, as in Python's grammar. *)
let any = 0
let sum = 1
let product = 2
let sign = 3
let power = 4
let atom = 5

let expression t =
  let rec at_least level t =
    let text, own = shown t in
    if own < level then "(" ^ text ^ ")" else text
  and infix operator own right a b = (at_least own a ^ operator ^ at_least right b, own)
  and shown t =
    match Term.spine t with
    | Primitive { name }, [] -> (name, if name.[0] = '-' then sign else atom)
    | Primitive { name = "add" }, [ a; b ] -> infix " + " sum product a b
    | Primitive { name = "sub" }, [ a; b ] -> infix " - " sum product a b
    | Primitive { name = "mul" }, [ a; b ] -> infix "*" product sign a b
    | Primitive { name = "div" }, [ a; b ] -> infix "/" product sign a b
    | Primitive { name = "inv" }, [ a ] -> ("1/" ^ at_least sign a, product)
    | Primitive { name = "neg" }, [ a ] -> ("-" ^ at_least sign a, sign)
    | Primitive { name = "square" }, [ a ] -> (at_least atom a ^ "**2", power)
    | Primitive { name = "cube" }, [ a ] -> (at_least atom a ^ "**3", power)
    | Primitive { name }, [ a ] -> (Printf.sprintf "%s(%s)" name (at_least any a), atom)
    | _ -> invalid_arg "Expression_python.expression"
  in
  fst (shown t)
