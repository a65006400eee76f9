(* The core for Python, in process: one JSON request, one JSON reply. A reply is [{"result": …}]; [{"error": {field,
   found, expected}}] for what the caller got wrong; [{"exception": "…"}] for any other OCaml exception. *)

(* coupling: pyssnn/synthesis/core.py makes the requests. *)

open Lambda
open Grammar
open Domains
open Wire

let dsls : (int, Dsl.t) Hashtbl.t = Hashtbl.create 8
let next_handle = ref 0

let keep dsl =
  incr next_handle;
  Hashtbl.replace dsls !next_handle dsl;
  !next_handle

let dsl d =
  Decode.field d "dsl" (fun d ->
      match Hashtbl.find_opt dsls (Decode.int d) with Some dsl -> dsl | None -> Decode.expected d "the handle of a library")

let program d =
  let lookup = Dsl.find_opt (dsl d) in
  Decode.field d "program" (fun d ->
      Invalid.describing "program" (fun () -> Notation.read ~lookup (Decode.string d)))

let domain d =
  let step_limit = Decode.field_or d "step_limit" ~default:1_000_000 Decode.natural in
  let max_conn = Decode.field_or d "max_conn" ~default:10 Decode.natural in
  if max_conn < 1 || max_conn > 65535 then
    Invalid.error "max_conn" ~found:(string_of_int max_conn) ~expected:"an integer from 1 to 65535";
  (max_conn, Graph_domain.make ~max_conn ~step_limit ())

let output d t =
  let max_conn, (module G) = domain d in
  (max_conn, Representation.evaluate (module G) ~where:"program" t)

(* For what the domain has no words for: the type and the body, cut short. *)
let plain e =
  let text = Printf.sprintf "%s, %s" (Ty.to_string (Dsl.ty e)) (Notation.print Stitch (match e.Dsl.term with Invention { body } -> body | t -> t)) in
  if String.length text <= 120 then text else String.sub text 0 117 ^ "..."

let stable_name_and_description e : Yojson.Safe.t * string =
  match e.Dsl.term with
  | Term.Invention { body } -> (
    match Rewrite.Canonical.normal body with
    | normal ->
      ( `String (Rewrite.Canonical.stable_name normal),
        match Describe.invention normal with Some text -> text | None -> plain e )
    | exception Term.Too_large -> (`Null, plain e))
  | _ -> (`String (Dsl.name e), Describe.primitive (Dsl.name e))

let entry e : Yojson.Safe.t =
  let invented = match e.Dsl.term with Term.Invention _ -> true | _ -> false in
  let stable_name, description = stable_name_and_description e in
  `Assoc
    [
      ("name", `String (Dsl.name e));
      ("stable_name", stable_name);
      ("description", `String description);
      ("dc_name", `String (Dsl.dc_name e));
      ("type", `String (Ty.to_string (Dsl.ty e)));
      ("is_invented", `Bool invented);
      ("mass", `Int (Term.mass e.term));
      ("log_likelihood", `Float e.log_likelihood);
    ]

let call d : Yojson.Safe.t =
  match Decode.field d "call" Decode.string with
  | "read_dsl" ->
    let path = Decode.field d "path" Decode.string in
    let dsl = Dsl_file.read ~primitives:Graph_domain.primitives ~state_type:Graph_domain.state_type path in
    let entries = List.map entry (Array.to_list (Dsl.entries dsl)) in
    `Assoc
      [
        ("handle", `Int (keep dsl)); ("primitives", `List entries); ("size", `Int (Dsl.size dsl));
        ("mass", `Int (Dsl.mass dsl)); ("request", `String (Ty.to_string (Dsl.request dsl)));
      ]
  | "write_dsl" ->
    Dsl_file.write (Decode.field d "path" Decode.string) (dsl d);
    `Null
  | "release_dsl" ->
    Decode.field d "dsl" (fun d -> Hashtbl.remove dsls (Decode.int d));
    `Null
  | "describe" ->
    let t = program d in
    let ty = Invalid.describing "program" (fun () -> Infer.infer t) in
    `Assoc
      [
        ("inline", `String (Notation.print Inline t)); ("stitch", `String (Notation.print Stitch t));
        ("dreamcoder", `String (Notation.print Dreamcoder t)); ("type", `String (Ty.to_string ty));
        ("size", `Int (Term.size t)); ("mass", `Int (Term.mass t)); ("file_name", `String (Representation.name t));
      ]
  | "expand" ->
    let t = program d in
    `String (Notation.print Inline (Invalid.describing "program" (fun () -> Term.beta_normal (Term.expand t))))
  | "log_likelihood" ->
    let t = program d and dsl = dsl d in
    `Float
      (Invalid.describing "program" (fun () -> Inside_outside.log_likelihood (Pcfg.make dsl (Dsl.request dsl)) t))
  | "evaluate" ->
    let t = program d in
    let max_conn, output = output d t in
    Representation.to_json ~max_conn { program = t; output }
  | "equivalent" ->
    let other = Decode.field d "other" program in
    `Bool (Graph_domain.equivalent (snd (output d (program d))) (snd (output d other)))
  | _ ->
    Decode.field d "call" (fun d ->
        Decode.expected d "read_dsl, write_dsl, release_dsl, describe, expand, log_likelihood, evaluate or equivalent")

let reply request =
  match call (Decode.of_string ~where:"" request) with
  | result -> Yojson.Safe.to_string (`Assoc [ ("result", result) ])
  | exception e -> Invalid.to_json e

let () = Callback.register "pyssnn_call" reply
