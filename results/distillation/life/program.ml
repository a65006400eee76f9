(* program : int array array -> int array array *)

let sum lo hi step f =
  let s = ref 0 and a = ref lo in
  while !a < hi do s := !s + f !a; a := !a + step done;
  !s

let around a n = ((a mod n) + n) mod n

let program x =
  let n = Array.length x in
  let m = Array.length x.(0) in
  let output = Array.init n (fun i -> Array.init m (fun j -> (if (sum (i - 1) (i + 2) 1 (fun a -> sum (j - 1) (j + 2) 1 (fun b -> x.(around a n).(around b m)))) <= x.(i).(j) + 3 && (sum (i - 1) (i + 2) 1 (fun a -> sum (j - 1) (j + 2) 1 (fun b -> x.(around a n).(around b m)))) > 2 then 1 else 0))) in
  output
