(* program : int array array -> float array *)

let sum lo hi step f =
  let s = ref 0 and a = ref lo in
  while !a < hi do s := !s + f !a; a := !a + step done;
  !s

let sign s = if s > 0 then 1 else if s < 0 then (-1) else 0

let largest sums =
  let top = Array.fold_left max sums.(0) sums in
  let count = Array.fold_left (fun c s -> if s = top then c + 1 else c) 0 sums in
  Array.map (fun s -> if s < top then 0.0 else if count > 1 then 0.5 else 1.0) sums

let program x =
  let n = Array.length x in
  let x_rows = Array.init n (fun i -> sum 0 n 1 (fun b -> x.(i).(b))) in
  let x_cols = Array.init n (fun i -> sum 0 n 1 (fun a -> x.(a).(i))) in
  let u = Array.init n (fun i -> Array.init n (fun j -> sign (x_rows.(j) - x_cols.(i)))) in
  let u_all = sum 0 n 1 (fun a -> sum 0 n 1 (fun b -> u.(a).(b))) in
  let v0 = Array.init n (fun i -> sign ((-n) * (sum 0 n 1 (fun b -> u.(i).(b))) + (n - 1) * u_all + (n - n * n))) in
  let v1 = Array.init n (fun i -> sign ((n) * (sum 0 n 1 (fun a -> u.(a).(i))) + (1 - n) * u_all + (n - n * n))) in
  largest [|(sum 0 n 1 (fun a -> v1.(a))) - (sum 0 n 1 (fun a -> v0.(a))); (sum 0 n 1 (fun a -> v0.(a))) - (sum 0 n 1 (fun a -> v1.(a)))|]
