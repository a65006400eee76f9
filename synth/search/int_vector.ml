type t = { mutable items : int array; mutable length : int }

let create () = { items = Array.make 64 0; length = 0 }
let length v = v.length

let get v i = if i < 0 || i >= v.length then invalid_arg "Int_vector.get" else Array.unsafe_get v.items i

let push v x =
  if v.length = Array.length v.items then begin
    let items = Array.make (2 * v.length) 0 in
    Array.blit v.items 0 items 0 v.length;
    v.items <- items
  end;
  Array.unsafe_set v.items v.length x;
  v.length <- v.length + 1

let set v i x = if i < 0 || i >= v.length then invalid_arg "Int_vector.set" else Array.unsafe_set v.items i x

let clear v = v.length <- 0
