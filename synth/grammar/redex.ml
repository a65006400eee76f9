open Lambda

type head = { name : string; arity : int }
type place = Start | Argument of { outer : head; position : int }
type t = { place : place; inner : head; left : Term.t; right : Term.t; equation : string }

let rec body = function Term.Abstraction b -> body b | t -> t
let rec arity = function Term.Abstraction b -> 1 + arity b | _ -> 0

(* The primitives and the parameters of a side, each as often as it occurs. *)
let rec leaves = function
  | Term.Primitive { name } -> ([ name ], [])
  | Term.Index i -> ([], [ i ])
  | Term.Apply (f, x) ->
    let names, indices = leaves f and names', indices' = leaves x in
    (names @ names', indices @ indices')
  | Term.Invention _ | Term.Abstraction _ -> invalid_arg "Redex.make: primitives and parameters only"

let rec shift by = function
  | Term.Index i -> Term.Index (i + by)
  | Term.Apply (f, x) -> Term.Apply (shift by f, shift by x)
  | t -> t

let head_opt t =
  match Term.spine t with Term.Primitive { name }, xs -> Some { name; arity = List.length xs } | _ -> None

let refuse left right reason = invalid_arg (Printf.sprintf "Redex: %s = %s: %s" left right reason)

(* Both sides, and the number of primitives on the left. *)
let read ~primitives left right =
  let refuse = refuse left right in
  let lookup name = Option.map (fun ty -> Term.Primitive { name; ty }) (List.assoc_opt name primitives) in
  let l = Notation.read_abstraction ~lookup left and r = Notation.read_abstraction ~lookup right in
  (* Both sides take all parameters of the left, though the right may have dropped the last ones. *)
  let dropped = arity l - arity r in
  if dropped < 0 then refuse "a parameter on the right only";
  let r = Term.abstractions (arity l) (shift dropped (body r)) in
  let once indices = List.length (List.sort_uniq compare indices) = List.length indices in
  let names, indices = leaves (body l) and names', indices' = leaves (body r) in
  if not (once indices && once indices') then refuse "a parameter twice";
  if List.length names' > List.length names then refuse "the right side is larger";
  if not (List.for_all (fun name -> List.mem name names) names') then refuse "a primitive on the right only";
  Infer.check r (Infer.infer l);
  (l, r, List.length names)

let equation left right = left ^ " = " ^ right

let make ~primitives left right =
  let l, r, n = read ~primitives left right in
  let arguments = List.mapi (fun i x -> (i, head_opt x)) (snd (Term.spine (body l))) in
  match (head_opt (body l), List.filter (fun (_, head) -> head <> None) arguments) with
  | Some outer, [ (position, Some inner) ] when n = 2 ->
    { place = Argument { outer; position }; inner; left = l; right = r; equation = equation left right }
  | _ -> refuse left right "not one primitive among the arguments of another on the left"

let at_start ~primitives left right =
  let l, r, n = read ~primitives left right in
  match head_opt (body l) with
  | Some inner when n = 1 -> { place = Start; inner; left = l; right = r; equation = "at the start, " ^ equation left right }
  | _ -> refuse left right "not one primitive on the left"
