open Bigarray

(* A slot holds [tag * 2^31 + rank + 1], or 0. The place to look first is the tag's last bits. *)
type slots = (int, int_elt, c_layout) Array1.t
type t = { mutable slots : slots; mutable length : int }

let rank_bits = 31
let rank_mask = (1 lsl rank_bits) - 1

let empty n : slots =
  let slots = Array1.create Int c_layout n in
  Array1.fill slots 0;
  slots

let create () = { slots = empty 1024; length = 0 }
let bytes t = 8 * Array1.dim t.slots

(* Multiplication carries upwards only: the tag is the upper half. *)
let tag_of hash = ((hash lxor (hash lsr 29)) * 0x1E3779B97F4A7C15) lsr (63 - rank_bits)

let rec vacant (slots : slots) mask i = if Array1.unsafe_get slots i = 0 then i else vacant slots mask ((i + 1) land mask)

let grow t =
  let n = 2 * Array1.dim t.slots in
  let old = t.slots and slots = empty n in
  for i = 0 to Array1.dim old - 1 do
    let slot = Array1.unsafe_get old i in
    if slot <> 0 then Array1.unsafe_set slots (vacant slots (n - 1) ((slot lsr rank_bits) land (n - 1))) slot
  done;
  t.slots <- slots

let rec find (slots : slots) mask same tag i =
  let slot = Array1.unsafe_get slots i in
  if slot = 0 then i
  else if slot lsr rank_bits = tag && same ((slot land rank_mask) - 1) then -1
  else find slots mask same tag ((i + 1) land mask)

let is_new t same ~hash ~rank =
  let tag = tag_of hash and mask = Array1.dim t.slots - 1 in
  let i = find t.slots mask same tag (tag land mask) in
  i >= 0
  && begin
       if rank >= rank_mask then invalid_arg "Seen.is_new: too many";
       Array1.unsafe_set t.slots i ((tag lsl rank_bits) lor (rank + 1));
       t.length <- t.length + 1;
       if 2 * t.length > Array1.dim t.slots then grow t;
       true
     end
