open Lambda
open Grammar

let inventions ?(pruned = []) old bodies =
  let dsl = Dsl.remove old pruned in
  let known = Hashtbl.create 8 in
  let lookup name =
    match Hashtbl.find_opt known name with Some t -> Some t | None -> Dsl.find_opt dsl name
  in
  let named (name, text) =
    if lookup name <> None || Dsl.find_opt old name <> None then raise (Dsl.Invalid { where = name; found = "a second entry of this name"; expected = "a new name" });
    let body = Notation.read_abstraction ~lookup text in
    Hashtbl.add known name (Term.Invention { name; ty = Infer.infer body; body });
    (name, body)
  in
  if bodies = [] && pruned <> [] then dsl else Dsl.add_inventions dsl (List.map named bodies)

let uses names t = List.find_opt (fun name -> List.mem_assoc name (Term.inventions t)) names

let writes ~old dsl names text =
  let lookup name = match Dsl.find_opt dsl name with Some t -> Some t | None -> Dsl.find_opt old name in
  match Notation.read ~lookup text with
  | t -> uses names t
  | exception (Notation.Error _ | Infer.Ill_typed _ | Infer.Unbound _) -> None

let rewriting g ~original ~same_output text =
  let dsl = Pcfg.dsl g in
  match Notation.read ~lookup:(Dsl.find_opt dsl) text with
  | exception Notation.Error { position; found; expected } ->
    Error (Printf.sprintf "character %d: found %s, expected %s" position found expected)
  | exception (Infer.Ill_typed _ | Infer.Unbound _) -> Error "it has an invention without a type"
  | program -> (
    match
      Infer.check program (Dsl.request dsl);
      ignore (Inside_outside.log_likelihood g program);
      Term.equal (Canonical.normal program) (Canonical.normal original)
    with
    | exception Infer.Ill_typed { found; expected } ->
      Error (Printf.sprintf "a part has type %s, expected %s" (Ty.to_string found) (Ty.to_string expected))
    | exception Infer.Unbound i -> Error (Printf.sprintf "$%d is not bound" i)
    | exception Inside_outside.Outside_grammar _ -> Error "the grammar of the library does not derive it"
    | exception Term.Too_large -> Error "it reduces for too long"
    | false -> Error "it expands to another program"
    | true -> if same_output program then Ok program else Error "it gives another output")
