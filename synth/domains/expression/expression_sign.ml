type t = int

let any = 0
let nonnegative = 1
let nonzero = 2
let positive = 3
let of_float x = (if x >= 0. then nonnegative else 0) lor if x <> 0. then nonzero else 0
let implies a b = a land b = b
let sum a b = if a land b land nonnegative = 0 then any else nonnegative lor ((a lor b) land nonzero)
let product a b = a land b
let square a = nonnegative lor (a land nonzero)
