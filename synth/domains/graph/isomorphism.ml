(* Colours are hashes of what they stand for, so that they mean the same thing in every graph. Two things may get one hash:
   the search below then has more to try, and is as exact as before. *)
type t = { neighbours : int array array; colours : int array; key : int }

let mix x =
  let x = (x lxor (x lsr 31)) * 0x1E3779B97F4A7C15 in
  let x = (x lxor (x lsr 29)) * 0x3F58476D1CE4E5B9 in
  x lxor (x lsr 32)

let n_distinct colours =
  let sorted = Array.copy colours in
  Array.sort Int.compare sorted;
  let n = ref (min 1 (Array.length sorted)) in
  for i = 1 to Array.length sorted - 1 do
    if sorted.(i) <> sorted.(i - 1) then incr n
  done;
  !n

let rec refine neighbours colours n =
  let finer =
    Array.mapi (fun i around -> mix ((3 * colours.(i)) + Array.fold_left (fun sum j -> sum + mix colours.(j)) 0 around)) neighbours
  in
  let m = n_distinct finer in
  if m = n then colours else refine neighbours finer m

let summary colours = Array.fold_left (fun sum c -> sum + mix (c + 1)) (Array.length colours) colours

let refined neighbours colours =
  let colours = refine neighbours colours (n_distinct colours) in
  { neighbours; colours; key = summary colours }

let of_neighbours neighbours = refined neighbours (Array.map Array.length neighbours)
let key g = g.key

let single_out g node =
  let colours = Array.copy g.colours in
  colours.(node) <- mix (colours.(node) + 7);
  refined g.neighbours colours

(* The node of each colour, when there is one of each. *)
let is_map a b image =
  Array.for_all Fun.id
    (Array.mapi
       (fun i around ->
         let there = b.neighbours.(image.(i)) in
         Array.length around = Array.length there && Array.for_all (fun j -> Array.exists (( = ) image.(j)) there) around)
       a.neighbours)

let frequency g colour = Array.fold_left (fun n c -> if c = colour then n + 1 else n) 0 g.colours

let rec isomorphic a b =
  let n = Array.length a.neighbours in
  n = Array.length b.neighbours
  && a.key = b.key
  &&
  (* A node of the smallest class that has several, or -1. *)
  let choice = ref (-1) and least = ref max_int in
  Array.iteri
    (fun i c ->
      let f = frequency a c in
      if f > 1 && f < !least then begin
        choice := i;
        least := f
      end)
    a.colours;
  if !choice < 0 then begin
    let node_of = Hashtbl.create n in
    Array.iteri (fun i (c : int) -> Hashtbl.replace node_of c i) b.colours;
    match Array.map (Hashtbl.find node_of) a.colours with
    | image -> Hashtbl.length node_of = n && is_map a b image
    | exception Not_found -> false
  end
  else
    let alone = single_out a !choice in
    let rec among j =
      j < n && ((b.colours.(j) = a.colours.(!choice) && isomorphic alone (single_out b j)) || among (j + 1))
    in
    among 0
