type t = { where : string; json : Yojson.Safe.t }

let json t = t.json
let where t = t.where
let alone t = { t with where = "" }

let shown json =
  let text = Yojson.Safe.to_string json in
  if String.length text <= 60 then text else String.sub text 0 57 ^ "..."

let expected t what = Invalid.error t.where ~found:(shown t.json) ~expected:what

(* The parser recurses: refuse what could overflow the stack before it sees it. *)
let max_depth = 10_000

let check_depth ~where text =
  let depth = ref 0 and quoted = ref false and escaped = ref false in
  String.iter
    (fun c ->
      if !escaped then escaped := false
      else if !quoted then (if c = '\\' then escaped := true else if c = '"' then quoted := false)
      else
        match c with
        | '"' -> quoted := true
        | '[' | '{' ->
          incr depth;
          if !depth > max_depth then Invalid.error where ~found:"values nested too deeply" ~expected:"ten thousand levels at most"
        | ']' | '}' -> decr depth
        | _ -> ())
    text

let of_string ~where text =
  check_depth ~where text;
  Invalid.describing where (fun () -> { where; json = Yojson.Safe.from_string text })

let of_file path =
  Invalid.describing path (fun () ->
      let channel = open_in_bin path in
      let text =
        Fun.protect ~finally:(fun () -> close_in_noerr channel) (fun () -> really_input_string channel (in_channel_length channel))
      in
      of_string ~where:path text)

let string t = match t.json with `String s -> s | _ -> expected t "a string"
let int t = match t.json with `Int i -> i | _ -> expected t "an integer"

let natural t =
  let i = int t in
  if i < 0 then expected t "an integer, 0 or more" else i

let positive_int t =
  let i = int t in
  if i < 1 then expected t "an integer, 1 or more" else i

let float t =
  match t.json with
  | `Int i -> float_of_int i
  | `Float f when Float.is_finite f -> f
  | _ -> expected t "a finite number"

let positive t =
  let x = float t in
  if x <= 0. then expected t "a number above 0" else x

let bool t = match t.json with `Bool b -> b | _ -> expected t "true or false"
let null t = t.json = `Null

let list read t =
  match t.json with
  | `List items ->
    let read i json = read { where = Printf.sprintf "%s[%d]" t.where i; json } in
    List.rev (snd (List.fold_left (fun (i, done_) json -> (i + 1, read i json :: done_)) (0, []) items))
  | _ -> expected t "a list"

let tagged t =
  match t.json with
  | `List (`String tag :: contents) ->
    (tag, List.mapi (fun i json -> { where = Printf.sprintf "%s.%s[%d]" t.where tag i; json }) contents)
  | _ -> expected t "a list of a tag and its contents"

let pair read_a read_b t =
  match t.json with
  | `List [ a; b ] -> (read_a { where = t.where ^ "[0]"; json = a }, read_b { where = t.where ^ "[1]"; json = b })
  | _ -> expected t "a list of two"

let below t name = if t.where = "" then name else t.where ^ "." ^ name

let find t name =
  match t.json with
  | `Assoc fields -> Option.map (fun json -> { where = below t name; json }) (List.assoc_opt name fields)
  | _ -> expected t "an object"

let field t name read =
  match find t name with
  | Some value -> read value
  | None -> Invalid.error (below t name) ~found:"nothing" ~expected:"this field"

let field_or t name ~default read =
  match find t name with Some { json = `Null } | None -> default | Some value -> read value

let only t names =
  match t.json with
  | `Assoc fields ->
    List.iter
      (fun (name, _) ->
        if not (List.mem name names) then
          Invalid.error (below t name) ~found:"a field of this name" ~expected:("one of " ^ String.concat ", " names))
      fields
  | _ -> expected t "an object"
