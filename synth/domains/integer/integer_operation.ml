open Lambda

type t = Unary of (int -> int) | Binary of (int -> int -> int) | Ternary of (int -> int -> int -> int)

let undefined = min_int

(* The sum of two values wraps at most once, and -2^62 is [undefined] already. *)
let add a b =
  let sum = a + b in
  if a lxor sum land (b lxor sum) < 0 then undefined else sum

let sub a b = add a (-b)

(* Below 2^31 no product leaves the range. Elsewhere a product that wrapped around does not divide back: it is off by a
   multiple of 2^63, which is more than any divisor makes up for. *)
let small = 1 lsl 31

let mul a b =
  if abs a < small && abs b < small then a * b
  else if b = 0 then 0
  else
    let product = a * b in
    if product <> min_int && product / b = a then product else undefined

let div a b =
  if b = 0 then undefined
  else
    let quotient = a / b in
    if quotient * b <> a && a lxor b < 0 then quotient - 1 else quotient

let modulo a b =
  if b = 0 then undefined
  else
    let rest = a mod b in
    if rest <> 0 && rest lxor b < 0 then rest + b else rest

let truth condition = if condition then 1 else 0
let choose condition a b = if condition <> 0 then a else b
let int = Ty.constant "int"
let bool = Ty.constant "bool"

let all =
  let unary a result f = (Ty.(a @-> result), Unary f) in
  let binary a result f = (Ty.(a @-> a @-> result), Binary f) in
  let ternary a = (Ty.(bool @-> a @-> a @-> a), Ternary choose) in
  List.map
    (fun (name, (ty, operation)) -> (name, ty, operation))
    [
      ("add", binary int int add);
      ("sub", binary int int sub);
      ("mul", binary int int mul);
      ("div", binary int int div);
      ("mod", binary int int modulo);
      ("min", binary int int (fun a b -> if a < b then a else b));
      ("max", binary int int (fun a b -> if a > b then a else b));
      ("neg", unary int int (fun a -> -a));
      ("abs", unary int int abs);
      ("if", ternary int);
      ("eq", binary int bool (fun a b -> truth (a = b)));
      ("lt", binary int bool (fun a b -> truth (a < b)));
      ("le", binary int bool (fun a b -> truth (a <= b)));
      ("and", binary bool bool ( land ));
      ("or", binary bool bool ( lor ));
      ("xor", binary bool bool ( lxor ));
      ("not", unary bool bool (fun a -> 1 - a));
      ("if_bool", ternary bool);
    ]
