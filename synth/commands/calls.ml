open Wire

type answer = ?watch:(int -> bool) -> Decode.t -> Yojson.Safe.t

(* A domain that can be searched is a line here. *)
let domains : (string * answer) list =
  Domains.
    [
      (Graph_domain.name, Exploration.answer);
      (Integer_domain.name, fun ?watch d -> Solving.answer (module Integer_domain) ?watch d);
      (Expression_domain.name, Symbolic.answer);
    ]

let explore ?watch d =
  let search =
    Decode.field d "domain" (fun d ->
        match List.assoc_opt (Decode.string d) domains with
        | Some search -> search
        | None -> Decode.expected d (String.concat " or " (List.map (fun (name, _) -> "\"" ^ name ^ "\"") domains)))
  in
  search ?watch d

let incorporate_stitch ?watch:_ d = Incorporation.answer d
let ping ?watch:_ d = Decode.json d

(* coupling: pyssnn/synthesis/executables.py calls these. *)
let calls : (string * answer) list = [ ("explore", explore); ("incorporate_stitch", incorporate_stitch); ("ping", ping) ]
let find name = List.assoc_opt name calls
let names = List.map fst calls
