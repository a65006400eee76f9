(* program : int array -> float array *)

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
  let u = Array.init n (fun i -> Array.init n (fun j -> if j < i then sign (x.(j) - x.(i)) else 0)) in
  let output = Array.init n (fun i -> (sum (i + 1) n 1 (fun a -> u.(a).(i))) + (2 - n) - (sum 0 i 1 (fun b -> u.(i).(b)))) in
  largest output
