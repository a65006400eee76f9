type t =
  | Primitive of { name : string; ty : Ty.t }
  | Invention of { name : string; ty : Ty.t; body : t }
  | Index of int
  | Abstraction of t
  | Apply of t * t

let equal (a : t) b = a = b
let apply f xs = List.fold_left (fun f x -> Apply (f, x)) f xs

let spine t =
  let rec go t xs = match t with Apply (f, x) -> go f (x :: xs) | head -> (head, xs) in
  go t []

let rec abstractions n t = if n = 0 then t else abstractions (n - 1) (Abstraction t)

let is_closed t =
  let rec go depth = function
    | Primitive _ | Invention _ -> true
    | Index i -> i < depth
    | Abstraction b -> go (depth + 1) b
    | Apply (f, x) -> go depth f && go depth x
  in
  go 0 t

let rec size = function
  | Primitive _ | Invention _ | Index _ -> 1
  | Abstraction b -> size b
  | Apply (f, x) -> size f + size x

let max_mass = 1_000_000

(* Bodies may double from one invention to the next: stop counting where it is enough. *)
let rec count ~index sum t =
  if sum >= max_mass then max_mass
  else
    match t with
    | Primitive _ -> sum + 1
    | Index _ -> sum + index
    | Invention { body } | Abstraction body -> count ~index sum body
    | Apply (f, x) -> count ~index (count ~index sum f) x

let mass = count ~index:0 0
let leaves = count ~index:1 0

exception Too_large

let expand t =
  let rec go = function
    | (Primitive _ | Index _) as t -> t
    | Invention { body } -> go body
    | Abstraction b -> Abstraction (go b)
    | Apply (f, x) -> Apply (go f, go x)
  in
  if leaves t >= max_mass then raise Too_large;
  go t

let inventions t =
  let rec go found = function
    | Primitive _ | Index _ -> found
    | Invention { name; body } ->
      if List.exists (fun (n, b) -> n = name && equal b body) found then found else go ((name, body) :: found) body
    | Abstraction b -> go found b
    | Apply (f, x) -> go (go found f) x
  in
  go [] t

let rec shift ~from by = function
  | (Primitive _ | Invention _) as t -> t
  | Index i as t -> if i < from then t else Index (i + by)
  | Abstraction b -> Abstraction (shift ~from:(from + 1) by b)
  | Apply (f, x) -> Apply (shift ~from by f, shift ~from by x)

(* [substitute step depth x t] puts [x] for the index [depth] of [t], whose binder goes away; [step] is called for every
   node that is looked at. *)
let rec substitute step depth x t =
  step ();
  match t with
  | Primitive _ | Invention _ -> t
  | Index i -> if i = depth then shift ~from:0 depth x else if i > depth then Index (i - 1) else t
  | Abstraction b -> Abstraction (substitute step (depth + 1) x b)
  | Apply (f, y) -> Apply (substitute step depth x f, substitute step depth x y)

let beta_normal ?(max_steps = 2_000_000) t =
  let steps = ref 0 in
  let step () =
    incr steps;
    if !steps > max_steps then raise Too_large
  in
  let rec normal t =
    step ();
    match head t [] with
    | Abstraction b, [] -> Abstraction (normal b)
    | f, xs -> apply f (List.map normal xs)
  (* The head after reducing at the head only, with the arguments still to come. *)
  and head t xs =
    match (t, xs) with
    | Apply (f, x), _ -> head f (x :: xs)
    | Abstraction b, x :: xs ->
      head (substitute step 0 x b) xs
    | _ -> (t, xs)
  in
  normal t

let rec occurs i = function
  | Primitive _ | Invention _ -> false
  | Index j -> i = j
  | Abstraction b -> occurs (i + 1) b
  | Apply (f, x) -> occurs i f || occurs i x

let rec eta_reduce = function
  | (Primitive _ | Invention _ | Index _) as t -> t
  | Apply (f, x) -> Apply (eta_reduce f, eta_reduce x)
  | Abstraction b -> (
    match eta_reduce b with
    | Apply (f, Index 0) when not (occurs 0 f) -> shift ~from:0 (-1) f
    | b -> Abstraction b)
