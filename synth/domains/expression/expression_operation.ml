open Lambda

type t = Add | Sub | Mul | Div | Neg | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos

let all =
  [
    ("add", Add); ("sub", Sub); ("mul", Mul); ("div", Div); ("neg", Neg); ("inv", Inv); ("square", Square); ("cube", Cube);
    ("sqrt", Sqrt); ("exp", Exp); ("log", Log); ("sin", Sin); ("cos", Cos);
  ]

let default = List.filter (fun name -> name <> "inv" && name <> "cube") (List.map fst all)
let real = Ty.constant "real"

let is_binary = function
  | Add | Sub | Mul | Div -> true
  | Neg | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos -> false

let code = function
  | Add -> 0
  | Sub -> 1
  | Mul -> 2
  | Div -> 3
  | Neg -> 4
  | Inv -> 5
  | Square -> 6
  | Cube -> 7
  | Sqrt -> 8
  | Exp -> 9
  | Log -> 10
  | Sin -> 11
  | Cos -> 12

let by_code = Array.of_list (List.map snd all)
let of_code i = by_code.(i)
let ty op = if is_binary op then Ty.(real @-> real @-> real) else Ty.(real @-> real)

let needs = function
  | Div | Inv -> Expression_sign.nonzero
  | Sqrt -> Expression_sign.nonnegative
  | Log -> Expression_sign.positive
  | Add | Sub | Mul | Neg | Square | Cube | Exp | Sin | Cos -> Expression_sign.any

let sign op ~same a b =
  let open Expression_sign in
  match op with
  | Add -> sum a b
  | Sub | Log | Sin | Cos -> any
  | Mul | Div -> if same then square a else product a b
  | Neg -> a land nonzero
  | Inv | Cube | Sqrt -> a
  | Square -> square a
  | Exp -> positive
