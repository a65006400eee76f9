open Bigarray
module Op = Expression_operation

type flat = (float, float64_elt, c_layout) Array1.t

type work = {
  row : float array;
  by_a : float array;
  by_b : float array;
  mutable op : Op.t;
  mutable a : int;
  mutable b : int;
  mutable ready : int;
}

let work ~points:n ~directions:m =
  { row = Array.make (n * (1 + m)) 0.; by_a = Array.make n 0.; by_b = Array.make n 0.; op = Neg; a = 0; b = 0; ready = 0 }

let partials w ~first ~last ~(a : flat) ~at_a ~(b : flat) ~at_b =
  let row = w.row and by_a = w.by_a and by_b = w.by_b in
  match w.op with
  | Add | Sub | Neg -> ()
  | Mul ->
    for p = first to last do
      Array.unsafe_set by_a p (Array1.unsafe_get b (at_b + p));
      Array.unsafe_set by_b p (Array1.unsafe_get a (at_a + p))
    done
  | Div ->
    for p = first to last do
      let inverse = 1. /. Array1.unsafe_get b (at_b + p) in
      Array.unsafe_set by_a p inverse;
      Array.unsafe_set by_b p (-.(Array.unsafe_get row p *. inverse))
    done
  | Inv ->
    for p = first to last do
      let y = Array.unsafe_get row p in
      Array.unsafe_set by_a p (-.(y *. y))
    done
  | Square ->
    for p = first to last do
      Array.unsafe_set by_a p (2. *. Array1.unsafe_get a (at_a + p))
    done
  | Cube ->
    for p = first to last do
      let x = Array1.unsafe_get a (at_a + p) in
      Array.unsafe_set by_a p (3. *. x *. x)
    done
  | Sqrt ->
    for p = first to last do
      Array.unsafe_set by_a p (0.5 /. Array.unsafe_get row p)
    done
  | Exp ->
    for p = first to last do
      Array.unsafe_set by_a p (Array.unsafe_get row p)
    done
  | Log ->
    for p = first to last do
      Array.unsafe_set by_a p (1. /. Array1.unsafe_get a (at_a + p))
    done
  | Sin ->
    for p = first to last do
      Array.unsafe_set by_a p (cos (Array1.unsafe_get a (at_a + p)))
    done
  | Cos ->
    for p = first to last do
      Array.unsafe_set by_a p (-.sin (Array1.unsafe_get a (at_a + p)))
    done

let run w ~points:n ~directions:m ~first ~last ~a ~at_a ~b ~at_b ~(da : flat) ~at_da ~(db : flat) ~at_db =
  partials w ~first ~last ~a ~at_a ~b ~at_b;
  let row = w.row and by_a = w.by_a and by_b = w.by_b in
  for j = 1 to m do
    let base = j * n in
    let at_da = at_da + base - n and at_db = at_db + base - n in
    match w.op with
    | Add ->
      for p = first to last do
        Array.unsafe_set row (base + p) (Array1.unsafe_get da (at_da + p) +. Array1.unsafe_get db (at_db + p))
      done
    | Sub ->
      for p = first to last do
        Array.unsafe_set row (base + p) (Array1.unsafe_get da (at_da + p) -. Array1.unsafe_get db (at_db + p))
      done
    | Mul | Div ->
      for p = first to last do
        Array.unsafe_set row (base + p)
          ((Array.unsafe_get by_a p *. Array1.unsafe_get da (at_da + p))
          +. (Array.unsafe_get by_b p *. Array1.unsafe_get db (at_db + p)))
      done
    | Neg ->
      for p = first to last do
        Array.unsafe_set row (base + p) (-.Array1.unsafe_get da (at_da + p))
      done
    | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos ->
      for p = first to last do
        Array.unsafe_set row (base + p) (Array.unsafe_get by_a p *. Array1.unsafe_get da (at_da + p))
      done
  done
