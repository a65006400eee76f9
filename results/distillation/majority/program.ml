(* program : int array -> int array *)

let sum lo hi step f =
  let s = ref 0 and a = ref lo in
  while !a < hi do s := !s + f !a; a := !a + step done;
  !s

let sign s = if s > 0 then 1 else if s < 0 then (-1) else 0

let program x =
  let n = Array.length x in
  [|sign (2 * (sum 0 n 1 (fun a -> x.(a))) + (-n))|]
