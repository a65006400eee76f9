open Lambda
open Grammar

exception Error of { field : string; found : string; expected : string }

let error field ~found ~expected = raise (Error { field; found; expected })

let describing field f =
  try f () with
  | Notation.Error { position; found; expected } ->
    error (Printf.sprintf "%s, character %d" field position) ~found ~expected
  | Infer.Ill_typed { term; found; expected } ->
    error field
      ~found:(Printf.sprintf "%s of type %s" (Notation.print Stitch term) (Ty.to_string found))
      ~expected:("a term of type " ^ Ty.to_string expected)
  | Infer.Unbound i -> error field ~found:(Printf.sprintf "$%d" i) ~expected:"an index bound by an abstraction"
  | Term.Too_large | Stack_overflow -> error field ~found:"something too large to work with" ~expected:"a smaller program"
  | Dsl.Invalid { where; found; expected } -> error (Printf.sprintf "%s, entry %s" field where) ~found ~expected
  | Pcfg.Nothing request ->
    error field ~found:"a library without any program" ~expected:("programs of type " ^ Ty.to_string request)
  | Inside_outside.Outside_grammar t ->
    error field ~found:(Notation.print Stitch t) ~expected:"a program that the grammar of the library derives"
  | Yojson.Json_error message -> error field ~found:("no JSON: " ^ String.map (fun c -> if c = '\n' then ' ' else c) message) ~expected:"one JSON value"
  | Sys_error message -> error field ~found:message ~expected:"a file that can be read or written"
  | Unix.Unix_error (code, _, path) ->
    error field
      ~found:(Printf.sprintf "%s: %s" path (Unix.error_message code))
      ~expected:"a file or folder that can be read or written"

(* Bytes that are no UTF-8 become question marks, so that the line is JSON whatever was read. *)
let utf_8 s =
  let n = String.length s in
  let continues i = i < n && Char.code s.[i] land 0xC0 = 0x80 in
  let rec length i k = if k = 0 then true else continues i && length (i + 1) (k - 1) in
  let b = Buffer.create n in
  let rec go i =
    if i < n then begin
      let c = Char.code s.[i] in
      let more = if c < 0x80 then 0 else if c >= 0xC2 && c < 0xE0 then 1 else if c land 0xF0 = 0xE0 then 2 else if c >= 0xF0 && c < 0xF5 then 3 else -1 in
      if more >= 0 && length (i + 1) more then begin
        Buffer.add_string b (String.sub s i (more + 1));
        go (i + more + 1)
      end
      else begin
        Buffer.add_char b '?';
        go (i + 1)
      end
    end
  in
  go 0;
  Buffer.contents b

let fields e : (string * Yojson.Safe.t) list =
  let text s = `String (utf_8 s) in
  match e with
  | Error { field; found; expected } ->
    [ ("error", `Assoc [ ("field", text field); ("found", text found); ("expected", text expected) ]) ]
  | e -> [ ("exception", text (Printexc.to_string e)) ]

let to_json e = Yojson.Safe.to_string (`Assoc (fields e))

let exit_with_json main =
  try main ()
  with e ->
    prerr_endline (to_json e);
    exit (match e with Error _ -> 2 | _ -> 3)
