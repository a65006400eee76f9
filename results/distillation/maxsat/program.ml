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
  let m = Array.length x.(0) in
  let u0 = Array.init m (fun i -> sign (x.(1).(i) - x.(0).(i))) in
  let u1 = Array.init m (fun i -> sign ((sum 2 n 1 (fun a -> x.(a).(i))) - 1)) in
  let v0 = Array.init m (fun i -> sign (0 - u0.(i) - u1.(i) - 1)) in
  let v1 = Array.init m (fun i -> sign (u1.(i) - u0.(i) - 1)) in
  let v2 = Array.init m (fun i -> sign (u0.(i) - u1.(i) - 1)) in
  let v3 = Array.init m (fun i -> sign (u0.(i) + u1.(i) - 1)) in
  largest [|4 * (sum 0 m 1 (fun a -> v2.(a))) + (sum 0 m 1 (fun a -> v3.(a))) - 4 * (sum 0 m 1 (fun a -> v0.(a))) - (sum 0 m 1 (fun a -> v1.(a))); 4 * (sum 0 m 1 (fun a -> v0.(a))) + (sum 0 m 1 (fun a -> v1.(a))) - 4 * (sum 0 m 1 (fun a -> v2.(a))) - (sum 0 m 1 (fun a -> v3.(a)))|]
