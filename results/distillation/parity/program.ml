(* program : float array -> float array *)

let sum lo hi step f =
  let s = ref 0. and a = ref lo in
  while !a < hi do s := !s +. f !a; a := !a + step done;
  !s

let step s = if s > 0. then 1. else if s < 0. then 0. else 0.5

let program x =
  let n = Array.length x in
  let x_all = sum 0 n 1 (fun a -> x.(a)) in
  let u = Array.init n (fun i -> (if x_all +. float_of_int (-i) > 0. then 1. else (-1.))) in
  let v0 = Array.init (n - 1) (fun i -> (if u.(i + 1) <= 0. && u.(i) > 0. then 1. else (-1.))) in
  [|step (float_of_int (2 * (n mod 2) - 1) *. (u.(n - 1)) +. u.(0) +. (sum 0 (n - 1) 2 (fun a -> v0.(a))) +. float_of_int ((n mod 2) - 1) -. (sum 1 (n - 1) 2 (fun a -> v0.(a))))|]
