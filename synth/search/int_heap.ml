(* A heap of four children a node: half the levels of a binary one, and the children lie in one cache line. *)

type t = { mutable items : int array; mutable size : int }

let create () = { items = Array.make 64 0; size = 0 }
let is_empty h = h.size = 0

let push h x =
  if h.size = Array.length h.items then begin
    let items = Array.make (2 * h.size) 0 in
    Array.blit h.items 0 items 0 h.size;
    h.items <- items
  end;
  let items = h.items in
  let rec up i =
    if i = 0 then items.(0) <- x
    else
      let parent = (i - 1) / 4 in
      let above = Array.unsafe_get items parent in
      if above <= x then Array.unsafe_set items i x
      else begin
        Array.unsafe_set items i above;
        up parent
      end
  in
  h.size <- h.size + 1;
  up (h.size - 1)

let least h = if h.size = 0 then invalid_arg "Int_heap.least: empty" else h.items.(0)

let pop h =
  if h.size = 0 then invalid_arg "Int_heap.pop: empty";
  let items = h.items in
  let least = items.(0) in
  let n = h.size - 1 in
  h.size <- n;
  let x = items.(n) in
  let rec down i =
    let first = (4 * i) + 1 in
    if first >= n then items.(i) <- x
    else begin
      let best = ref first and value = ref (Array.unsafe_get items first) in
      let last = if first + 3 < n then first + 3 else n - 1 in
      for child = first + 1 to last do
        let v = Array.unsafe_get items child in
        if v < !value then begin
          best := child;
          value := v
        end
      done;
      if x <= !value then items.(i) <- x
      else begin
        Array.unsafe_set items i !value;
        down !best
      end
    end
  in
  if n > 0 then down 0;
  least
