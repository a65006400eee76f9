open Bigarray

type flat = (int, int_elt, c_layout) Array1.t

(* Row [r] starts at [(r mod 2^bits) * n] of the chunk [r / 2^bits]. *)
type t = { n : int; bits : int; mutable chunks : flat array; mutable n_chunks : int; scratch : int array }

let chunk_words = 1 lsl 16

let create n =
  let rec bits b = if n lsl (b + 1) <= chunk_words then bits (b + 1) else b in
  { n; bits = bits 0; chunks = [||]; n_chunks = 0; scratch = Array.make n 0 }

let chunk t rank : flat = Array.unsafe_get t.chunks (rank lsr t.bits)
let offset t rank = (rank land ((1 lsl t.bits) - 1)) * t.n
let bytes t = 8 * t.n_chunks * (t.n lsl t.bits)

let put t rank =
  if rank lsr t.bits = t.n_chunks then begin
    let chunk : flat = Array1.create Int c_layout (t.n lsl t.bits) in
    if t.n_chunks = Array.length t.chunks then t.chunks <- Array.append t.chunks (Array.make (max 4 t.n_chunks) chunk);
    t.chunks.(t.n_chunks) <- chunk;
    t.n_chunks <- t.n_chunks + 1
  end;
  let chunk = chunk t rank and offset = offset t rank and scratch = t.scratch in
  for i = 0 to t.n - 1 do
    Array1.unsafe_set chunk (offset + i) (Array.unsafe_get scratch i)
  done

let hash t =
  let h = ref 0 in
  for i = 0 to t.n - 1 do
    let x = (!h lxor Array.unsafe_get t.scratch i) * 0x1E3779B97F4A7C15 in
    h := x lxor (x lsr 32)
  done;
  !h

let equal t rank =
  let chunk = chunk t rank and offset = offset t rank and scratch = t.scratch in
  let i = ref 0 in
  while !i < t.n && Array1.unsafe_get chunk (offset + !i) = Array.unsafe_get scratch !i do
    incr i
  done;
  !i = t.n

let holds t row =
  let i = ref 0 in
  while !i < t.n && Array.unsafe_get t.scratch !i = Array.unsafe_get row !i do
    incr i
  done;
  !i = t.n

let constant row ~result _ =
  Array.blit row 0 result.scratch 0 result.n;
  true

(* In these loops [y] is stored before it is known to be defined: nobody looks at the scratch row then. *)
let unary f a ~result =
  let n = result.n and scratch = result.scratch in
  fun ranks ->
    let r = Array.unsafe_get ranks 0 in
    let c = chunk a r and o = offset a r in
    let i = ref 0 in
    while
      !i < n
      &&
      let y = f (Array1.unsafe_get c (o + !i)) in
      Array.unsafe_set scratch !i y;
      y <> Integer_operation.undefined
    do
      incr i
    done;
    !i = n

let binary f a b ~result =
  let n = result.n and scratch = result.scratch in
  fun ranks ->
    let ra = Array.unsafe_get ranks 0 and rb = Array.unsafe_get ranks 1 in
    let ca = chunk a ra and oa = offset a ra and cb = chunk b rb and ob = offset b rb in
    let i = ref 0 in
    while
      !i < n
      &&
      let y = f (Array1.unsafe_get ca (oa + !i)) (Array1.unsafe_get cb (ob + !i)) in
      Array.unsafe_set scratch !i y;
      y <> Integer_operation.undefined
    do
      incr i
    done;
    !i = n

let ternary f a b c ~result =
  let n = result.n and scratch = result.scratch in
  fun ranks ->
    let ra = Array.unsafe_get ranks 0 and rb = Array.unsafe_get ranks 1 and rc = Array.unsafe_get ranks 2 in
    let ca = chunk a ra and oa = offset a ra in
    let cb = chunk b rb and ob = offset b rb in
    let cc = chunk c rc and oc = offset c rc in
    let i = ref 0 in
    while
      !i < n
      &&
      let y = f (Array1.unsafe_get ca (oa + !i)) (Array1.unsafe_get cb (ob + !i)) (Array1.unsafe_get cc (oc + !i)) in
      Array.unsafe_set scratch !i y;
      y <> Integer_operation.undefined
    do
      incr i
    done;
    !i = n

let apply (operation : Integer_operation.t) ~arguments ~result =
  match (operation, arguments) with
  | Unary f, [| a |] -> unary f a ~result
  | Binary f, [| a; b |] -> binary f a b ~result
  | Ternary f, [| a; b; c |] -> ternary f a b c ~result
  | (Unary _ | Binary _ | Ternary _), _ -> raise Not_found
