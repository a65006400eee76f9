(* program : int array -> int array *)

let sum lo hi step f =
  let s = ref 0 and a = ref lo in
  while !a < hi do s := !s + f !a; a := !a + step done;
  !s

let program x =
  let n = Array.length x in
  [|(if (sum 0 n 1 (fun a -> x.(a))) > 2 then 1 else 0)|]
