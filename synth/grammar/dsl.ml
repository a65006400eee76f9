open Lambda

type entry = { term : Term.t; log_likelihood : float }

type t = {
  entries : entry array;
  by_name : (string, Term.t) Hashtbl.t;
  state_type : Ty.t;
  var_log_likelihood : float;
}

exception Invalid of { where : string; found : string; expected : string }

let invalid where found expected = raise (Invalid { where; found; expected })

let name e =
  match e.term with
  | Term.Primitive { name } | Term.Invention { name } -> name
  | Index _ | Abstraction _ | Apply _ -> invalid "entry" (Notation.print Inline e.term) "a primitive or an invention"

let ty e =
  match e.term with
  | Term.Primitive { ty } | Term.Invention { ty } -> ty
  | Index _ | Abstraction _ | Apply _ -> invalid "entry" (Notation.print Inline e.term) "a primitive or an invention"

let dc_name e = match e.term with Term.Invention { body } -> Notation.print Inline body | _ -> name e
let max_spread = 50.

let check_name name =
  let delimiter c = match c with ' ' | '\n' | '\t' | '(' | ')' | '{' | '}' -> true | _ -> false in
  if name = "" || name = "lam" || name = "lambda" || name.[0] = '$' || name.[0] = '#' || String.exists delimiter name then
    invalid (Printf.sprintf "%S" name) "a name that means something else in a program" "a word"

let check_invention by_name name ty body =
  if Term.leaves body >= Term.max_mass then
    invalid name "a body of a million primitives or more, expanded" "a smaller one";
  if not (Term.is_closed body) then invalid name (Notation.print Inline body) "a body without unbound indices";
  (* What these use in turn is checked with them: they are entries of the library. *)
  let rec check_uses = function
    | Term.Primitive _ | Index _ -> ()
    | Abstraction b -> check_uses b
    | Apply (f, x) ->
      check_uses f;
      check_uses x
    | Invention used as t -> (
      match Hashtbl.find_opt by_name used.name with
      | Some known when Term.equal known t -> ()
      | Some _ -> invalid name ("another body or type for " ^ used.name) "those that the library gives it"
      | None -> invalid name used.name "an invention of the library")
  in
  check_uses body;
  let inferred = Infer.infer body in
  if not (Ty.equal inferred (Ty.canonical ty)) then invalid name (Ty.to_string ty) (Ty.to_string inferred)

let make ~state_type ~var_log_likelihood entries =
  if entries = [] then invalid "library" "no entry" "at least one primitive";
  let by_name = Hashtbl.create 32 in
  List.iter
    (fun e ->
      let name = name e in
      check_name name;
      if Hashtbl.mem by_name name then invalid name "a second entry of this name" "each name once";
      if not (Float.is_finite e.log_likelihood) then
        invalid name (string_of_float e.log_likelihood) "a finite log_likelihood";
      Hashtbl.add by_name name e.term)
    entries;
  List.iter
    (fun e ->
      match e.term with Term.Invention { name; ty; body } -> check_invention by_name name ty body | _ -> ())
    entries;
  let weights = List.map (fun e -> e.log_likelihood) entries in
  let spread = List.fold_left max neg_infinity weights -. List.fold_left min infinity weights in
  if spread > max_spread then
    invalid "weights" (Printf.sprintf "a spread of %g nats" spread) (Printf.sprintf "at most %g" max_spread);
  { entries = Array.of_list entries; by_name; state_type; var_log_likelihood }

let entries t = t.entries
let state_type t = t.state_type
let request t = Ty.(t.state_type @-> t.state_type)
let var_log_likelihood t = t.var_log_likelihood
let find_opt t name = Hashtbl.find_opt t.by_name name
let size t = Array.length t.entries
let mass t = Array.fold_left (fun n e -> n + Term.leaves e.term) 0 t.entries

let with_weights t ws =
  make ~state_type:t.state_type ~var_log_likelihood:t.var_log_likelihood
    (List.mapi (fun i e -> { e with log_likelihood = ws.(i) }) (Array.to_list t.entries))

let remove t names =
  let is_removed name = List.mem name names in
  List.iter
    (fun name ->
      match find_opt t name with
      | Some (Term.Invention _) -> ()
      | Some _ -> invalid name "a base primitive" "an invention, which alone can be removed"
      | None -> invalid name "a name that the library does not have" "an invention of the library")
    names;
  let remaining = List.filter (fun e -> not (is_removed (name e))) (Array.to_list t.entries) in
  List.iter
    (fun e ->
      match List.find_opt (fun (used, _) -> is_removed used) (Term.inventions e.term) with
      | Some (used, _) -> invalid used ("a use in the body of " ^ name e) "an invention that no other needs"
      | None -> ())
    remaining;
  make ~state_type:t.state_type ~var_log_likelihood:t.var_log_likelihood remaining

let add_inventions t bodies =
  let inventions =
    List.fold_left
      (fun newer (name, body) -> { term = Term.Invention { name; ty = Infer.infer body; body }; log_likelihood = 0. } :: newer)
      [] bodies
  in
  let entries = inventions @ Array.to_list t.entries in
  let uniform = -.log (float_of_int (List.length entries)) in
  make ~state_type:t.state_type ~var_log_likelihood:t.var_log_likelihood
    (List.map (fun e -> { e with log_likelihood = uniform }) entries)
