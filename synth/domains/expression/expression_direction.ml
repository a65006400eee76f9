open Bigarray
module Rows = Expression_rows

type flat = (float, float64_elt, c_layout) Array1.t

type latent = { unit : float array; count : int }

let latent ~points:n ~directions:m gradients =
  let length p =
    let largest = ref 0. in
    for j = 0 to m - 1 do
      let g = abs_float gradients.((j * n) + p) in
      if not (Float.is_finite g) then invalid_arg "Expression_direction.latent: not finite";
      if g > !largest then largest := g
    done;
    if !largest = 0. then 0.
    else begin
      let sum = ref 0. in
      for j = 0 to m - 1 do
        let g = gradients.((j * n) + p) /. !largest in
        sum := !sum +. (g *. g)
      done;
      !largest *. sqrt !sum
    end
  in
  let lengths = Array.init n length in
  let count = Array.fold_left (fun count l -> if l > 0. then count + 1 else count) 0 lengths in
  if count = 0 then invalid_arg "Expression_direction.latent: 0 everywhere";
  { unit = Array.mapi (fun i g -> let l = lengths.(i mod n) in if l > 0. then g /. l else 0.) gradients; count }

(* The square of a length that is 0 but for rounding. *)
let vanishing = 1e-26

(* The squared sines at the points from [first] to [last], summed up in [total]. *)
let add_errors rows unit (total : float array) ~first ~last =
  let n = Rows.points rows and m = Rows.directions rows and row = Rows.scratch rows in
  let sum = ref 0. in
  for p = first to last do
    let own = ref 0. and both = ref 0. in
    for j = 0 to m - 1 do
      let g = Array.unsafe_get row (((j + 1) * n) + p) in
      own := !own +. (g *. g);
      both := !both +. (g *. Array.unsafe_get unit ((j * n) + p))
    done;
    sum := !sum +. if !own > vanishing then 1. -. (!both *. !both /. !own) else 1.
  done;
  total.(0) <- total.(0) +. !sum

let error ?(below = infinity) rows { unit; count } =
  let n = Rows.points rows and count = float_of_int count in
  let uncounted = float_of_int n -. count in
  let early = if n < 4 then n else 4 in
  let total = [| 0. |] in
  Rows.derive_early rows;
  add_errors rows unit total ~first:0 ~last:(early - 1);
  if not (total.(0) -. uncounted < below *. count) then infinity
  else begin
    Rows.derive rows;
    add_errors rows unit total ~first:early ~last:(n - 1);
    Float.max 0. ((total.(0) -. uncounted) /. count)
  end

(* Fixed numbers between -1 and 1, of no pattern that a gradient would have. *)
let direction =
  let state = ref 12345 in
  Array.init 4096 (fun _ ->
      state := ((!state * 1103515245) + 12345) land 0x3FFFFFFF;
      (float_of_int (!state lsr 6) /. float_of_int (1 lsl 23)) -. 1.)

let weight i = Array.unsafe_get direction (i land 4095)
let mix h q = let x = (h lxor q) * 0x1E3779B97F4A7C15 in x lxor (x lsr 32)
let cells = 67108864.
let rounded x = if Float.is_finite x then int_of_float (Float.floor x) else 0

(* The hashes of numbers in cells, and in cells moved by half a cell. *)
let hashes xs =
  let hash shift = List.fold_left (fun h x -> mix h (rounded ((x *. cells) +. shift))) 0 xs in
  (hash 0., lnot (hash 0.5))

let first_points rows f = List.init (min 4 (Rows.points rows)) f

let keys rows =
  Rows.derive rows;
  let n = Rows.points rows and m = Rows.directions rows and row = Rows.scratch rows in
  hashes
    (first_points rows (fun p ->
         let own = ref 0. and both = ref 0. in
         for j = 0 to m - 1 do
           let g = row.(((j + 1) * n) + p) in
           own := !own +. (g *. g);
           both := !both +. (g *. weight ((m * p) + j))
         done;
         if !own > 0. then !both *. !both /. !own else 0.))

let tolerance = 1e-12

let parallel rows rank =
  Rows.derive rows;
  let n = Rows.points rows and m = Rows.directions rows and row = Rows.scratch rows in
  let (c : flat), o = Rows.stored rows rank in
  let p = ref 0 in
  while
    !p < n
    &&
    let aa = ref 0. and bb = ref 0. and ab = ref 0. in
    for j = 1 to m do
      let a = Array.unsafe_get row ((j * n) + !p) and b = Array1.unsafe_get c (o + ((j - 1) * n) + !p) in
      aa := !aa +. (a *. a);
      bb := !bb +. (b *. b);
      ab := !ab +. (a *. b)
    done;
    !ab *. !ab >= (1. -. tolerance) *. !aa *. !bb
  do
    incr p
  done;
  !p = n

let scale_keys rows =
  Rows.derive rows;
  let n = Rows.points rows and m = Rows.directions rows and row = Rows.scratch rows in
  let total = ref 0. in
  for i = 0 to (n * m) - 1 do
    total := !total +. (row.(n + i) *. weight i)
  done;
  hashes
    (first_points rows (fun p ->
         let part = ref 0. in
         for j = 0 to m - 1 do
           part := !part +. (row.(((j + 1) * n) + p) *. weight ((j * n) + p))
         done;
         !part /. !total))

let proportional rows rank =
  Rows.derive rows;
  let n = Rows.points rows and m = Rows.directions rows and row = Rows.scratch rows in
  let (c : flat), o = Rows.stored rows rank in
  let aa = ref 0. and bb = ref 0. and ab = ref 0. in
  for i = n to (n * (m + 1)) - 1 do
    let a = row.(i) and b = Array1.get c (o + i - n) in
    aa := !aa +. (a *. a);
    bb := !bb +. (b *. b);
    ab := !ab +. (a *. b)
  done;
  !ab *. !ab >= (1. -. tolerance) *. !aa *. !bb
