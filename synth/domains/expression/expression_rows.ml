open Bigarray
open Search
module Op = Expression_operation

type flat = (float, float64_elt, c_layout) Array1.t

(* Row [r] starts at [(r mod 2^bits) * width] of the chunk [r / 2^bits]. Of each row, [info] has the size and three bits:
   its sign, and whether it varies from point to point. The scratch row is that of [op] on the rows [a] and [b], or was
   given; its derivatives are there for the points below [ready]. *)
type t = {
  n : int;
  m : int;
  width : int;
  bits : int;
  typed : bool;
  ordered : bool;
  mutable chunks : flat array;
  mutable n_chunks : int;
  info : Int_vector.t;
  row : float array;
  by_a : float array;  (* the partial derivatives of [op] at the points *)
  by_b : float array;
  mutable op : Op.t;
  mutable a : int;
  mutable b : int;
  mutable ready : int;
  mutable own : int;  (* the scratch row's info *)
  mutable role : int;
}

let chunk_words = 1 lsl 16
let largest = 1e30
let tolerance = 1e-11
let vanishing = 1e-12
let sign_mask = 3
let varies = 4
let size_shift = 3
let class_role = 1
let term_role = 2

let create ~points:n ~directions:m ~typed ~ordered =
  let width = n * (1 + m) in
  let rec bits b = if width lsl (b + 1) <= chunk_words then bits (b + 1) else b in
  {
    n;
    m;
    width;
    bits = bits 0;
    typed;
    ordered;
    chunks = [||];
    n_chunks = 0;
    info = Int_vector.create ();
    row = Array.make width 0.;
    by_a = Array.make n 0.;
    by_b = Array.make n 0.;
    op = Neg;
    a = 0;
    b = 0;
    ready = 0;
    own = 0;
    role = 0;
  }

let points t = t.n
let directions t = t.m
let scratch t = t.row
let size t = t.own lsr size_shift
let opens_class t = t.role land class_role <> 0
let is_term t = t.role land term_role <> 0
let chunk t rank : flat = Array.unsafe_get t.chunks (rank lsr t.bits)
let offset t rank = (rank land ((1 lsl t.bits) - 1)) * t.width
let stored t rank = (chunk t rank, offset t rank)
let bytes t = (8 * t.n_chunks * (t.width lsl t.bits)) + (8 * Int_vector.length t.info)

(* {1 Derivatives} *)

let partials t ~first ~last =
  let row = t.row and by_a = t.by_a and by_b = t.by_b in
  let ca : flat = chunk t t.a and oa = offset t t.a in
  let cb : flat = chunk t t.b and ob = offset t t.b in
  match t.op with
  | Add | Sub | Neg -> ()
  | Mul ->
    for p = first to last do
      Array.unsafe_set by_a p (Array1.unsafe_get cb (ob + p));
      Array.unsafe_set by_b p (Array1.unsafe_get ca (oa + p))
    done
  | Div ->
    for p = first to last do
      let inverse = 1. /. Array1.unsafe_get cb (ob + p) in
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
      Array.unsafe_set by_a p (2. *. Array1.unsafe_get ca (oa + p))
    done
  | Cube ->
    for p = first to last do
      let x = Array1.unsafe_get ca (oa + p) in
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
      Array.unsafe_set by_a p (1. /. Array1.unsafe_get ca (oa + p))
    done
  | Sin ->
    for p = first to last do
      Array.unsafe_set by_a p (cos (Array1.unsafe_get ca (oa + p)))
    done
  | Cos ->
    for p = first to last do
      Array.unsafe_set by_a p (-.sin (Array1.unsafe_get ca (oa + p)))
    done

(* The derivatives at the points up to [last]. *)
let derive_to t last =
  let first = t.ready in
  if first <= last then begin
    partials t ~first ~last;
    let n = t.n and row = t.row and by_a = t.by_a and by_b = t.by_b in
    let ca : flat = chunk t t.a and oa = offset t t.a in
    let cb : flat = chunk t t.b and ob = offset t t.b in
    for j = 1 to t.m do
      let base = j * n in
      let oa = oa + base and ob = ob + base in
      match t.op with
      | Add ->
        for p = first to last do
          Array.unsafe_set row (base + p) (Array1.unsafe_get ca (oa + p) +. Array1.unsafe_get cb (ob + p))
        done
      | Sub ->
        for p = first to last do
          Array.unsafe_set row (base + p) (Array1.unsafe_get ca (oa + p) -. Array1.unsafe_get cb (ob + p))
        done
      | Mul | Div ->
        for p = first to last do
          Array.unsafe_set row (base + p)
            ((Array.unsafe_get by_a p *. Array1.unsafe_get ca (oa + p))
            +. (Array.unsafe_get by_b p *. Array1.unsafe_get cb (ob + p)))
        done
      | Neg ->
        for p = first to last do
          Array.unsafe_set row (base + p) (-.Array1.unsafe_get ca (oa + p))
        done
      | Inv | Square | Cube | Sqrt | Exp | Log | Sin | Cos ->
        for p = first to last do
          Array.unsafe_set row (base + p) (Array.unsafe_get by_a p *. Array1.unsafe_get ca (oa + p))
        done
    done;
    t.ready <- last + 1
  end

let derive t = derive_to t (t.n - 1)

(* {1 Keeping} *)

let put t rank =
  derive t;
  if rank lsr t.bits = t.n_chunks then begin
    let chunk : flat = Array1.create Float64 c_layout (t.width lsl t.bits) in
    if t.n_chunks = Array.length t.chunks then t.chunks <- Array.append t.chunks (Array.make (max 4 t.n_chunks) chunk);
    t.chunks.(t.n_chunks) <- chunk;
    t.n_chunks <- t.n_chunks + 1
  end;
  let chunk : flat = chunk t rank and offset = offset t rank and row = t.row in
  for i = 0 to t.width - 1 do
    Array1.unsafe_set chunk (offset + i) (Array.unsafe_get row i)
  done;
  if rank = Int_vector.length t.info then Int_vector.push t.info t.own else Int_vector.set t.info rank t.own

(* The low 20 of 52 bits are rounded away. Adding 0 makes one zero of the two. *)
let hash t =
  let row = t.row in
  let h = ref 0 in
  for p = 0 to min 4 t.n - 1 do
    let bits = Int64.to_int (Int64.bits_of_float (Array.unsafe_get row p +. 0.)) in
    let x = (!h lxor ((bits + (1 lsl 19)) asr 20)) * 0x1E3779B97F4A7C15 in
    h := x lxor (x lsr 32)
  done;
  !h

let checked_points = 2

let equal t rank =
  let stored = Int_vector.get t.info rank land sign_mask and own = t.own land sign_mask in
  stored land own = own
  &&
  let c : flat = chunk t rank and o = offset t rank and row = t.row and n = t.n in
  let p = ref 0 in
  while
    !p < n
    &&
    let x = Array1.unsafe_get c (o + !p) and y = Array.unsafe_get row !p in
    abs_float (x -. y) <= tolerance *. (abs_float x +. abs_float y)
  do
    incr p
  done;
  !p = n
  &&
  let checked = min checked_points n in
  derive_to t (checked - 1);
  let agree = ref true in
  for j = 1 to t.m do
    for p = j * n to (j * n) + checked - 1 do
      let x = Array1.unsafe_get c (o + p) and y = Array.unsafe_get row p in
      (* Derivatives that cancel leave rounding errors of the size of their parts, taken to be about 1. *)
      if not (abs_float (x -. y) <= 1e-9 *. (abs_float x +. abs_float y +. 0.1)) then agree := false
    done
  done;
  !agree

(* {1 Operations} *)

let leaf t ~values ~derivatives ~sign _ =
  Array.blit values 0 t.row 0 t.n;
  (match derivatives with
  | Some ds -> Array.blit ds 0 t.row t.n (t.n * t.m)
  | None -> Array.fill t.row t.n (t.n * t.m) 0.);
  t.ready <- t.n;
  let varying = derivatives <> None in
  t.own <- (1 lsl size_shift) lor (if t.typed then sign else 0) lor if varying then varies else 0;
  t.role <- (if varying then class_role lor term_role else 0);
  true

let bounded t =
  let row = t.row and n = t.n in
  let p = ref 0 in
  while !p < n && abs_float (Array.unsafe_get row !p) <= largest do
    incr p
  done;
  !p = n

let cancels t a =
  let row = t.row and n = t.n in
  let c : flat = chunk t a and o = offset t a in
  let p = ref 0 in
  while !p < n && abs_float (Array.unsafe_get row !p) <= vanishing *. abs_float (Array1.unsafe_get c (o + !p)) do
    incr p
  done;
  !p = n

(* The scratch row has its values: the rest of what is said of it. [b] is [a] for one argument. *)
let finish t (op : Op.t) a b =
  bounded t
  && begin
       let info_a = Int_vector.get t.info a and info_b = Int_vector.get t.info b in
       t.op <- op;
       t.a <- a;
       t.b <- b;
       t.ready <- 0;
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
  let n = t.n and row = t.row in
  match op with
  | Add ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      (a <= b || not t.ordered)
      && begin
           let ca : flat = chunk t a and oa = offset t a in
           let cb : flat = chunk t b and ob = offset t b in
           for p = 0 to n - 1 do
             Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) +. Array1.unsafe_get cb (ob + p))
           done;
           finish t op a b && not (cancels t a)
         end
  | Sub ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      let ca : flat = chunk t a and oa = offset t a in
      let cb : flat = chunk t b and ob = offset t b in
      for p = 0 to n - 1 do
        Array.unsafe_set row p (Array1.unsafe_get ca (oa + p) -. Array1.unsafe_get cb (ob + p))
      done;
      finish t op a b && not (cancels t a)
  | Mul ->
    fun ranks ->
      let a = Array.unsafe_get ranks 0 and b = Array.unsafe_get ranks 1 in
      (a <= b || not t.ordered)
      && begin
           let ca : flat = chunk t a and oa = offset t a in
           let cb : flat = chunk t b and ob = offset t b in
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
           let ca : flat = chunk t a and oa = offset t a in
           let cb : flat = chunk t b and ob = offset t b in
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
           let c : flat = chunk t a and o = offset t a in
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
