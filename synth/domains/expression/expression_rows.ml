open Bigarray
open Search
module Op = Expression_operation
module Store = Expression_store
module Derivative = Expression_derivative

type flat = (float, float64_elt, c_layout) Array1.t

(* Of each row, [info] has the size and four bits: its sign, whether it varies from point to point, and whether its
   derivatives are stored; [made] tells how to make them. Most rows are no part of others and never need all. *)
type t = {
  n : int;
  m : int;
  early : int;  (* the points that come first *)
  typed : bool;
  ordered : bool;
  values : Store.t;
  derivatives : Store.t;
  info : Int_vector.t;
  made : Int_vector.t;  (* operation, [a], [b] *)
  units : Expression_unit.table option;
  unit_of : Int_vector.t;  (* of each row; empty without [units] *)
  scratch : Derivative.work;
  late : Derivative.work;  (* where derivatives are made for a row that is there *)
  mutable own : int;  (* the scratch row's info *)
  mutable role : int;
  mutable own_unit : Expression_unit.t;
}

let largest = 1e30
let tolerance = 1e-11
let small = 1e-13
let vanishing = 1e-12
let sign_mask = 3
let varies = 4
let derived = 8
let size_shift = 4
let class_role = 1
let term_role = 2
let early_points = 4
let rank_bits = 29
let rank_mask = (1 lsl rank_bits) - 1
let create ?units ~points:n ~directions:m ~typed ~ordered () =
  {
    n;
    m;
    early = min early_points n;
    typed;
    ordered;
    values = Store.create n;
    derivatives = Store.create (n * m);
    info = Int_vector.create ();
    made = Int_vector.create ();
    units;
    unit_of = Int_vector.create ();
    scratch = Derivative.work ~points:n ~directions:m;
    late = Derivative.work ~points:n ~directions:m;
    own = 0;
    role = 0;
    own_unit = Expression_unit.number;
  }

let points t = t.n
let directions t = t.m
let scratch t = t.scratch.row
let size t = t.own lsr size_shift
let opens_class t = t.role land class_role <> 0
let is_term t = t.role land term_role <> 0
let chunk = Store.chunk
let offset = Store.offset
let bytes t = Store.bytes t.values + Store.bytes t.derivatives

(* {1 Derivatives} *)

(* The derivatives of [w] at the points up to [last]. *)
let rec derive_to t (w : Derivative.work) last =
  let first = w.ready in
  if first <= last then begin
    see_to t w.a;
    see_to t w.b;
    Derivative.run w ~points:t.n ~directions:t.m ~first ~last
      ~a:(chunk t.values w.a) ~at_a:(offset t.values w.a) ~b:(chunk t.values w.b) ~at_b:(offset t.values w.b)
      ~da:(chunk t.derivatives w.a) ~at_da:(offset t.derivatives w.a) ~db:(chunk t.derivatives w.b)
      ~at_db:(offset t.derivatives w.b);
    w.ready <- last + 1
  end

(* The derivatives of the row [rank] are stored. *)
and see_to t rank =
  let info = Int_vector.get t.info rank in
  if info land derived = 0 then begin
    let made = Int_vector.get t.made rank in
    let a = (made lsr rank_bits) land rank_mask and b = made land rank_mask in
    see_to t a;
    see_to t b;
    let w = t.late in
    let c : flat = chunk t.values rank and o = offset t.values rank in
    for p = 0 to t.n - 1 do
      w.row.(p) <- Array1.unsafe_get c (o + p)
    done;
    w.op <- Op.of_code (made lsr (2 * rank_bits));
    w.a <- a;
    w.b <- b;
    w.ready <- 0;
    derive_to t w (t.n - 1);
    keep_derivatives t w rank
  end

and keep_derivatives t (w : Derivative.work) rank =
  let c : flat = Store.room t.derivatives rank and o = offset t.derivatives rank in
  for i = 0 to (t.n * t.m) - 1 do
    Array1.unsafe_set c (o + i) (Array.unsafe_get w.row (t.n + i))
  done;
  Int_vector.set t.info rank (Int_vector.get t.info rank lor derived)

let derive t = derive_to t t.scratch (t.n - 1)
let derive_early t = derive_to t t.scratch (t.early - 1)

let stored t rank =
  see_to t rank;
  (chunk t.derivatives rank, offset t.derivatives rank)

(* {1 Keeping} *)

let store v rank x = if rank = Int_vector.length v then Int_vector.push v x else Int_vector.set v rank x

let put t rank =
  let chunk : flat = Store.room t.values rank and offset = offset t.values rank and w = t.scratch in
  for p = 0 to t.n - 1 do
    Array1.unsafe_set chunk (offset + p) (Array.unsafe_get w.row p)
  done;
  let made = (((Op.code w.op lsl rank_bits) lor w.a) lsl rank_bits) lor w.b in
  if rank > rank_mask then invalid_arg "Expression_rows.put: too many";
  store t.info rank t.own;
  store t.made rank made;
  if t.units <> None then store t.unit_of rank t.own_unit;
  if w.ready = t.n then keep_derivatives t w rank

(* What is small is rounded to 2^-40, as rounding errors are those of larger numbers; else the low 20 of 52 bits go. *)
let hash t =
  let row = t.scratch.row in
  let h = ref 0 in
  for p = 0 to t.early - 1 do
    let y = Array.unsafe_get row p in
    let rounded =
      if abs_float y < 0.0078125 then int_of_float ((y *. 1099511627776.) +. 17179869184.5)
      else (Int64.to_int (Int64.bits_of_float y) + (1 lsl 19)) asr 20
    in
    let x = (!h lxor rounded) * 0x1E3779B97F4A7C15 in
    h := x lxor (x lsr 32)
  done;
  !h

let equal t rank =
  Expression_sign.implies (Int_vector.get t.info rank land sign_mask) (t.own land sign_mask)
  && (t.units = None || Int_vector.get t.unit_of rank = t.own_unit)
  &&
  let c : flat = chunk t.values rank and o = offset t.values rank and row = t.scratch.row and n = t.n in
  let p = ref 0 in
  while
    !p < n
    &&
    let x = Array1.unsafe_get c (o + !p) and y = Array.unsafe_get row !p in
    abs_float (x -. y) <= (tolerance *. (abs_float x +. abs_float y)) +. small
  do
    incr p
  done;
  !p = n
  && begin
    derive_early t;
    let (c : flat), o = stored t rank in
    let early = t.early in
    let agree = ref true in
    for j = 1 to t.m do
      for p = 0 to early - 1 do
        let x = Array1.unsafe_get c (o + ((j - 1) * n) + p) and y = Array.unsafe_get row ((j * n) + p) in
        (* Derivatives that cancel leave rounding errors of the size of their parts, taken to be about 1. *)
        if not (abs_float (x -. y) <= 1e-9 *. (abs_float x +. abs_float y +. 0.1)) then agree := false
      done
    done;
    !agree
  end

(* {1 Operations} *)

let leaf t ~values ~derivatives ~sign ~unit _ =
  let row = t.scratch.row in
  Array.blit values 0 row 0 t.n;
  (match derivatives with
  | Some ds -> Array.blit ds 0 row t.n (t.n * t.m)
  | None -> Array.fill row t.n (t.n * t.m) 0.);
  t.scratch.ready <- t.n;
  let varying = derivatives <> None in
  t.own <- (1 lsl size_shift) lor (if t.typed then sign else 0) lor if varying then varies else 0;
  t.role <- (if varying then class_role lor term_role else 0);
  t.own_unit <- unit;
  true

let bounded t =
  let row = t.scratch.row and n = t.n in
  let p = ref 0 in
  while !p < n && abs_float (Array.unsafe_get row !p) <= largest do
    incr p
  done;
  !p = n

let cancels t a =
  let row = t.scratch.row and n = t.n in
  let c : flat = chunk t.values a and o = offset t.values a in
  let p = ref 0 in
  while !p < n && abs_float (Array.unsafe_get row !p) <= vanishing *. abs_float (Array1.unsafe_get c (o + !p)) do
    incr p
  done;
  !p = n

(* Whether the scratch row has a unit, which it is given then. *)
let measured t op a b =
  match t.units with
  | None -> true
  | Some table -> (
    match Expression_unit.of_result table op (Int_vector.get t.unit_of a) (Int_vector.get t.unit_of b) with
    | Some unit ->
      t.own_unit <- unit;
      true
    | None -> false)

(* The scratch row has its values: the rest of what is said of it. [b] is [a] for one argument. *)
let finish t (op : Op.t) a b =
  bounded t && measured t op a b
  && begin
       let info_a = Int_vector.get t.info a and info_b = Int_vector.get t.info b in
       let w = t.scratch in
       w.op <- op;
       w.a <- a;
       w.b <- b;
       w.ready <- 0;
       let binary = Op.is_binary op in
       let size = 1 + (info_a lsr size_shift) + if binary then info_b lsr size_shift else 0 in
       let sign = if t.typed then Op.sign op ~same:(binary && a = b) (info_a land sign_mask) (info_b land sign_mask) else 0 in
       t.own <- (size lsl size_shift) lor sign lor ((info_a lor info_b) land varies);
       t.role <-
         (if t.own land varies = 0 then 0
         else
           match op with
           | Add | Sub -> if a <> b && info_a land info_b land varies <> 0 then class_role else 0
           | Mul ->
             if a = b then term_role else if info_a land info_b land varies <> 0 then class_role lor term_role else 0
           | Div ->
             if a = b || info_b land varies = 0 then 0
             else if info_a land varies <> 0 then class_role lor term_role
             else term_role
           | Neg -> 0
           | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos -> term_role);
       true
     end

let allows t (op : Op.t) last = (not t.typed) || Expression_sign.implies (Int_vector.get t.info last land sign_mask) (Op.needs op)

let apply t (op : Op.t) =
  let n = t.n and row = t.scratch.row in
  match op with
  | Add ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      (a <= b || not t.ordered)
      && begin
           let ca : flat = chunk t.values a and oa = offset t.values a in
           let cb : flat = chunk t.values b and ob = offset t.values b in
           for p = 0 to n - 1 do
             Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) +. Array1.unsafe_get cb (ob + p))
           done;
           finish t op a b && not (cancels t a)
         end
  | Sub ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      let ca : flat = chunk t.values a and oa = offset t.values a in
      let cb : flat = chunk t.values b and ob = offset t.values b in
      for p = 0 to n - 1 do
        Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) -. Array1.unsafe_get cb (ob + p))
      done;
      finish t op a b && not (cancels t a)
  | Mul ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      (a <= b || not t.ordered)
      && begin
           let ca : flat = chunk t.values a and oa = offset t.values a in
           let cb : flat = chunk t.values b and ob = offset t.values b in
           for p = 0 to n - 1 do
             Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) *. Array1.unsafe_get cb (ob + p))
           done;
           finish t op a b
         end
  | Div ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      allows t op b
      && begin
           let ca : flat = chunk t.values a and oa = offset t.values a in
           let cb : flat = chunk t.values b and ob = offset t.values b in
           for p = 0 to n - 1 do
             Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) /. Array1.unsafe_get cb (ob + p))
           done;
           finish t op a b
         end
  | Neg | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 in
      allows t op a
      && begin
           let c : flat = chunk t.values a and o = offset t.values a in
           for p = 0 to n - 1 do
             let x = Array1.unsafe_get c (o + p) in
             Array.unsafe_set row p
               (match op with
               | Neg -> -.x
               | Inv -> 1. /. x
               | Square -> x *. x
               | Cube -> x *. x *. x
               | Sqrt -> if x > 0. then sqrt x else nan (* no derivative at 0 *)
               | Exp -> exp x
               | Log -> log x
               | Sin -> sin x
               | Cos | Add | Sub | Mul | Div -> cos x)
           done;
           finish t op a a
         end
