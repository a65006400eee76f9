(* program : int array array -> int array *)

let sum lo hi step f =
  let s = ref 0 and a = ref lo in
  while !a < hi do s := !s + f !a; a := !a + step done;
  !s

let rec exists lo hi step f = lo < hi && (f lo || exists (lo + step) hi step f)

let program x =
  let n = Array.length x.(0) in
  let x_cols = Array.init n (fun i -> sum 0 2 1 (fun a -> x.(a).(i))) in
  let u0 = Array.init n (fun i -> (if x_cols.(i) > 1 then 1 else 0)) in
  let u1 = Array.init n (fun i -> (if x_cols.(i) > 0 then 1 else 0)) in
  let v0 = Array.init (n + 1) (fun i -> Array.init (n + 1) (fun j -> if i < j then (if u0.(i) + (sum (i + 1) j 1 (fun a -> u1.(a))) + (i + 1 - j) > 0 then 1 else 0) else 0)) in
  let v1 = Array.init n (fun i -> (if u0.(i) <= 0 && u1.(i) > 0 then 1 else 0)) in
  let w0 = Array.init n (fun i -> (if exists 0 (i + 1) 1 (fun a -> v0.(a).(i + 1) > 0) then 1 else 0)) in
  let output = Array.init (n + 1) (fun i -> 0) in
  let z5_0 = Array.init (n - 1) (fun i -> (if (v1.(i + 1) <= 0 || w0.(i) <= 0) && (v1.(i + 1) > 0 || w0.(i) > 0) then 1 else 0)) in
  for i = 0 to n - 1 - 1 do output.(i + 1) <- z5_0.(i) done;
  let z5_1 = (if w0.(n - 1) > 0 then 1 else 0) in
  output.(n) <- z5_1;
  let z5_2 = (if v1.(0) > 0 then 1 else 0) in
  output.(0) <- z5_2;
  output
