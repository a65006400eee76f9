open Bigarray

type flat = (float, float64_elt, c_layout) Array1.t

(* Row [r] starts at [(r mod 2^bits) * width] of the chunk [r / 2^bits]. *)
type t = { width : int; bits : int; mutable chunks : flat array; mutable n_chunks : int }

let chunk_words = 1 lsl 16
let nothing : flat = Array1.create Float64 c_layout 0

let create width =
  let rec bits b = if width lsl (b + 1) <= chunk_words then bits (b + 1) else b in
  { width; bits = bits 0; chunks = [||]; n_chunks = 0 }

let chunk s rank : flat = Array.unsafe_get s.chunks (rank lsr s.bits)
let offset s rank = (rank land ((1 lsl s.bits) - 1)) * s.width
let bytes s = 8 * s.n_chunks * (s.width lsl s.bits)

let room s rank : flat =
  let i = rank lsr s.bits in
  while i >= Array.length s.chunks do
    s.chunks <- Array.append s.chunks (Array.make (max 4 (Array.length s.chunks)) nothing)
  done;
  if Array1.dim s.chunks.(i) = 0 then begin
    s.chunks.(i) <- Array1.create Float64 c_layout (s.width lsl s.bits);
    s.n_chunks <- s.n_chunks + 1
  end;
  s.chunks.(i)
