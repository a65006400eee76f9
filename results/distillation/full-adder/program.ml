(* program : float array -> float array *)

let sum lo hi step f =
  let s = ref 0. and a = ref lo in
  while !a < hi do s := !s +. f !a; a := !a + step done;
  !s

let step s = if s > 0. then 1. else if s < 0. then 0. else 0.5

let program x =
  let x_all = sum 0 3 1 (fun a -> x.(a)) in
  let u = Array.init 3 (fun i -> (if x_all +. float_of_int (-i) > 0. then 1. else (-1.))) in
  let v0 = Array.init 2 (fun i -> (if u.(i + 1) <= 0. && u.(i) > 0. then 1. else (-1.))) in
  [|step (u.(0) +. u.(2) +. 2. *. v0.(0) -. (sum 0 2 1 (fun a -> v0.(a)))); (if u.(1) > 0. then 1. else 0.)|]
