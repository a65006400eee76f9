(* A heap with the highest number at the root: the parent of [i] is [(i - 1) / 2]. *)
type t = { room : int; mutable length : int; mutable numbers : float array; mutable tags : int array }

let create room = { room; length = 0; numbers = [||]; tags = [||] }
let worst t = if t.length < t.room then infinity else t.numbers.(0)

let set t i x tag =
  t.numbers.(i) <- x;
  t.tags.(i) <- tag

let rec up t i x tag =
  let parent = (i - 1) / 2 in
  if i > 0 && t.numbers.(parent) < x then begin
    set t i t.numbers.(parent) t.tags.(parent);
    up t parent x tag
  end
  else set t i x tag

let rec down t i x tag =
  let left = (2 * i) + 1 in
  let child = if left + 1 < t.length && t.numbers.(left + 1) > t.numbers.(left) then left + 1 else left in
  if child < t.length && t.numbers.(child) > x then begin
    set t i t.numbers.(child) t.tags.(child);
    down t child x tag
  end
  else set t i x tag

let add t x tag =
  if t.length = t.room then down t 0 x tag
  else begin
    if t.length = Array.length t.numbers then begin
      let more = max 16 t.length in
      t.numbers <- Array.append t.numbers (Array.make more 0.);
      t.tags <- Array.append t.tags (Array.make more 0)
    end;
    t.length <- t.length + 1;
    up t (t.length - 1) x tag
  end

let tags t = Array.to_list (Array.sub t.tags 0 t.length)
