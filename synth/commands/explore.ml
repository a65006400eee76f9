open Domains
open Wire

(* The list of domains: a line for each. *)
let domains =
  [ (Graph_domain.name, Exploration.answer); (Integer_domain.name, fun ?watch d -> Solving.answer (module Integer_domain) ?watch d) ]

let answer ?watch d =
  let answer =
    Decode.field d "domain" (fun d ->
        match List.assoc_opt (Decode.string d) domains with
        | Some answer -> answer
        | None -> Decode.expected d ("one of " ^ String.concat ", " (List.map (fun (name, _) -> Printf.sprintf "%S" name) domains)))
  in
  answer ?watch d
