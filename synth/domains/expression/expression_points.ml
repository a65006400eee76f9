open Bigarray

type flat = (float, float64_elt, c_layout) Array1.t

type t = { names : string array; n : int; points : flat; gradients : flat; tangents : (int * flat) option }

let inputs t = Array.length t.names
let directions t = match t.tangents with None -> inputs t | Some (k, _) -> k

(* The component of input [i] along direction [j] at point [p]. *)
let component t p i j =
  match t.tangents with
  | None -> if i = j then 1. else 0.
  | Some (k, basis) -> Array1.get basis ((((p * inputs t) + i) * k) + j)

let rows ?units t ~at ~typed ~ordered =
  Expression_rows.create ?units ~points:(Array.length at) ~directions:(directions t) ~typed ~ordered ()

let by_direction t ~at f =
  let n = Array.length at in
  Array.init (directions t * n) (fun i -> f at.(i mod n) (i / n))

let input t ~at i =
  (Array.map (fun p -> Array1.get t.points ((p * inputs t) + i)) at, by_direction t ~at (fun p j -> component t p i j))

(* A gradient across the data is left with rounding errors along them. *)
let gradient t p j =
  let sum = ref 0. and size = ref 0. in
  for i = 0 to inputs t - 1 do
    let part = component t p i j *. Array1.get t.gradients ((p * inputs t) + i) in
    sum := !sum +. part;
    size := !size +. abs_float part
  done;
  if abs_float !sum <= 1e-12 *. !size then 0. else !sum

let everywhere t = Array.init t.n Fun.id

let first t n =
  let has_gradient p = List.exists (fun j -> gradient t p j <> 0.) (List.init (directions t) Fun.id) in
  let rec from p n = if n = 0 || p = t.n then [] else if has_gradient p then p :: from (p + 1) (n - 1) else from (p + 1) n in
  Array.of_list (from 0 n)

let latent t ~at =
  Expression_direction.latent ~points:(Array.length at) ~directions:(directions t) (by_direction t ~at (gradient t))
