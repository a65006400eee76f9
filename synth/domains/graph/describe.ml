open Lambda

(* A primitive with one argument, its continuation: what it does in a list of steps, the same as a gerund, counted, and
   in full. *)
let changes =
  [
    ("push", ("pushes", "pushing", ("push", "pushes"), "puts its node on the stack"));
    ("pop", ("pops", "popping", ("pop", "pops"), "drops the top of the stack"));
    ("add", ("adds a node", "adding a node", ("added node", "added nodes"), "adds a node and goes there"));
    ( "connect",
      ("connects to the top", "connecting to the top", ("connection", "connections"), "connects its node to the top of the stack") );
    ("next_port", ("turns the port", "turning the port", ("turn", "turns"), "turns to the next port"));
    ("prev_port", ("turns the port back", "turning the port back", ("turn back", "turns back"), "turns to the previous port"));
    ("move", ("moves along the edge", "moving along the edge", ("move", "moves"), "moves along the edge at its port"));
  ]

let others =
  [
    ("identity", "does nothing");
    ("func", "runs its first argument and keeps only the graph, then goes on from where it was");
    ("if_positions_equal", "runs the third argument if the first two end on one node, else the fourth, then goes on");
  ]

let primitive name =
  match List.assoc_opt name changes with
  | Some (_, _, _, text) -> text ^ ", then goes on"
  | None -> List.assoc name others

(* What is said of a step, and what is said of it between two others, where that is short. *)
type step = { says : string; between : string option }

let change ~added name =
  let says, between, _, _ = List.assoc name changes in
  if name = "connect" && added then { says = "connects it back"; between = Some "connecting it back" }
  else { says; between = Some between }

let times = function 2 -> "twice" | 3 -> "three times" | 4 -> "four times" | n -> string_of_int n ^ " times"

let rec merged = function
  | a :: rest ->
    let rec count n = function b :: rest when b.says = a.says -> count (n + 1) rest | rest -> (n, rest) in
    let n, rest = count 1 rest in
    let more says = if n = 1 then says else says ^ " " ^ times n in
    { says = more a.says; between = Option.map more a.between } :: merged rest
  | [] -> []

type phrase = Steps of step list | Repeated of { n : int; block : step list; between : string option }

(* How far the steps from [i] repeat with the period [p]: the number of them. *)
let stretch steps i p =
  let n = Array.length steps in
  let rec go j = if j < n && steps.(j).says = steps.(j - p).says then go (j + 1) else j - i in
  if i + p > n then 0 else go (i + p)

(* The repetition that begins at [i] and covers most, of the shortest block: its period, times, and whether its last
   block lacks the last step. One step that is repeated was merged before. *)
let repetition steps i =
  let best = ref None and covered = ref 0 in
  for p = 2 to (Array.length steps - i + 1) / 2 do
    let length = stretch steps i p in
    let is_post = p > 2 && (length + 1) mod p = 0 && steps.(i + p - 1).between <> None in
    let n = (length + if is_post then 1 else 0) / p in
    let covers = (n * p) - if is_post then 1 else 0 in
    if n > 1 && covers > !covered then begin
      best := Some (p, n, is_post);
      covered := covers
    end
  done;
  Option.map (fun found -> (found, !covered)) !best

let phrases steps =
  let steps = Array.of_list (merged steps) in
  let sub i n = Array.to_list (Array.sub steps i n) in
  let rec go i plain =
    let said = if plain = [] then [] else [ Steps (List.rev plain) ] in
    if i = Array.length steps then said
    else
      match repetition steps i with
      | None -> go (i + 1) (steps.(i) :: plain)
      | Some ((p, n, is_post), covers) ->
        let block = sub i (if is_post then p - 1 else p) in
        let between = if is_post then steps.(i + p - 1).between else None in
        said @ (Repeated { n; block; between } :: go (i + covers) [])
  in
  go 0 []

let list steps = String.concat ", " (List.map (fun s -> s.says) steps)

let phrase = function
  | Steps steps -> list steps
  | Repeated { n; block; between } ->
    Printf.sprintf "%s: %s%s" (times n) (list block) (match between with None -> "" | Some text -> ", " ^ text ^ " between")

exception Not_described

(* Where a list of steps goes: to its end, or to a function that was given, with text for what that function is given. *)
type last = End | Goes_on of string | Followed of { goes_on : string; by : string }

(* The commas of a repetition are its own. *)
let sentence steps last =
  let said = phrases steps in
  let separator = if List.exists (function Repeated _ -> true | Steps _ -> false) said then "; " else ", " in
  let last =
    match last with
    | End -> []
    | Goes_on text -> [ text ]
    | Followed { goes_on; by } -> [ Printf.sprintf "%s, followed by (%s)" goes_on by ]
  in
  match (said, last) with
  | [], [ text ] -> String.sub text 5 (String.length text - 5)  (* without "then " *)
  | _ -> String.concat separator (List.map phrase said @ last)

(* What an index stands for: what is said where it runs last, and its name. *)
type bound = { then_ : string; noun : string }

let argument ~n i =
  if n = 1 then { then_ = "then goes on"; noun = "what it is given" }
  else
    let noun = "its " ^ List.nth [ "first"; "second"; "third"; "fourth"; "fifth" ] i ^ " argument" in
    { then_ = (if i = n - 1 then "then goes on with " else "then does ") ^ noun; noun }

let what_follows = { then_ = "then what follows"; noun = "what follows" }

(* The steps of a change of state, which may lack its continuation; [bound] is for the indices, from 0. [added] is whether
   the cursor is at a node that the steps before added. *)
let rec walk bound ~added t =
  let head, arguments = Term.spine t in
  let text t = inner bound t in
  let follow step ~added = function
    | [] -> ([ step ], Goes_on what_follows.then_)
    | k :: _ ->
      let steps, last = walk bound ~added k in
      (step :: steps, last)
  in
  match (head, arguments) with
  | Term.Primitive { name = "identity" }, [] -> ([], End)
  | Primitive { name = "func" }, f :: k when List.length k < 2 ->
    follow { says = Printf.sprintf "runs (%s) and keeps only the graph" (text f); between = None } ~added k
  | Primitive { name = "if_positions_equal" }, a :: b :: c :: d :: e when List.length e < 2 ->
    let says = Printf.sprintf "if (%s) and (%s) end on one node does (%s), else (%s)" (text a) (text b) (text c) (text d) in
    follow { says; between = None } ~added:false e
  | Primitive { name }, k when List.mem_assoc name changes && List.length k < 2 ->
    let after = match name with "add" -> true | "push" | "move" -> false | _ -> added in
    follow (change ~added name) ~added:after k
  | Index i, [] -> ([], Goes_on (List.nth bound i).then_)
  | Index i, [ Primitive { name = "identity" } ] -> ([], Goes_on ("then does " ^ (List.nth bound i).noun))
  | Index i, [ k ] -> ([], Followed { goes_on = "then does " ^ (List.nth bound i).noun; by = given bound k })
  | Index i, several ->
    let given = String.concat " and " (List.map (fun t -> "(" ^ given bound t ^ ")") several) in
    ([], Goes_on (Printf.sprintf "then does %s with %s" (List.nth bound i).noun given))
  | _ -> raise Not_described

(* An argument of what was given: also a function of what follows. *)
and given bound = function
  | Term.Abstraction b -> given (what_follows :: bound) b
  | t -> inner bound t

and inner bound t =
  match (t, walk bound ~added:false t) with
  | _, ([], End) -> "nothing"
  | Index i, _ -> (List.nth bound i).noun
  | _, (steps, last) -> sentence steps last

let max_length = 120

(* Above it the steps are not even looked at for repetitions. *)
let max_leaves = 400

let counts t last =
  let uses = Hashtbl.create 16 in
  let rec count = function
    | Term.Primitive { name } -> Hashtbl.replace uses name (1 + Option.value ~default:0 (Hashtbl.find_opt uses name))
    | Invention { body } | Abstraction body -> count body
    | Index _ -> ()
    | Apply (f, x) ->
      count f;
      count x
  in
  count t;
  let nouns = List.map (fun (name, (_, _, noun, _)) -> (name, noun)) changes in
  let nouns = nouns @ [ ("func", ("graph kept", "graphs kept")); ("if_positions_equal", ("choice", "choices")) ] in
  let used (name, (one, several)) =
    match Hashtbl.find_opt uses name with
    | None -> None
    | Some n -> Some (Printf.sprintf "%d %s" n (if n = 1 then one else several))
  in
  let last = match last with Goes_on text when String.length text < 40 -> [ text ] | Followed { goes_on } -> [ goes_on ] | _ -> [] in
  match List.filter_map used nouns @ last with [] -> raise Not_described | said -> String.concat ", " said

let full t steps last =
  let fits text = String.length text <= max_length in
  let whole = if steps = [] && last = End then "does nothing" else sentence steps last in
  match last with
  | _ when fits whole -> whole
  | Followed { goes_on; by } when fits by && fits (sentence steps (Goes_on goes_on)) ->
    Printf.sprintf "%s. That is followed by: %s" (sentence steps (Goes_on goes_on)) by
  | _ -> counts t last

let rec parameters = function
  | Ty.Arrow (a, b) when not (Ty.equal a Graph_domain.state_type) -> a :: parameters b
  | _ -> []

(* The body of the function of [n] arguments that [t] is, also where it is written with fewer abstractions. *)
let applied n t =
  let rec strip n t =
    match t with
    | Term.Abstraction b when n > 0 -> strip (n - 1) b
    | t -> t
  in
  let arguments = List.init n (fun i -> Term.Index (n - 1 - i)) in
  strip n (Term.beta_normal (Term.abstractions n (Term.apply t arguments)))

let alone t tys =
  let does_nothing ty =
    let t = Ty.(Graph_domain.state_type @-> Graph_domain.state_type) in
    match ty with
    | _ when Ty.equal ty t -> Term.Primitive { name = "identity"; ty }
    | Ty.Arrow (a, _) when Ty.equal a t -> Abstraction (Index 0)
    | _ -> raise Not_described
  in
  let (module G) = Graph_domain.make ~step_limit:100_000 () in
  let module Evaluate = Search.Evaluate.Make (G) in
  let plural n noun = Printf.sprintf "%d %s%s" n noun (if n = 1 then "" else "s") in
  match
    let push = Term.Primitive { name = "push"; ty = List.assoc "push" G.primitives } in
    let program = Term.Apply (push, Term.apply t (List.map does_nothing tys)) in
    Infer.check program Ty.(G.state_type @-> G.state_type);
    G.run (Evaluate.value program)
  with
  | exception (Infer.Ill_typed _ | Not_described | G.Step_limit) -> ""
  | None -> ""
  | Some g ->
    Printf.sprintf ". Builds %s and %s alone"
      (plural (Construction.n_nodes g) "node")
      (plural (List.length (Construction.edges g)) "edge")

let invention t =
  match
    let tys = parameters (Infer.infer t) in
    let n = List.length tys in
    if n > 5 then raise Not_described;
    let body = applied n t in
    let text =
      if Term.leaves body > max_leaves then counts body End
      else
        let steps, last = walk (List.init n (fun i -> argument ~n (n - 1 - i))) ~added:false body in
        full body steps last
    in
    text ^ alone t tys
  with
  | text -> Some text
  | exception (Not_described | Infer.Ill_typed _ | Infer.Unbound _ | Term.Too_large) -> None
