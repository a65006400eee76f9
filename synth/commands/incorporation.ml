open Grammar
open Domains
open Wire

let answer d =
  let m = Message.incorporate d in
  File.check_folder ~field:"representations_dir" m.representations_dir;
  File.check_parent ~field:"next_dsl_file" m.next_dsl_file;
  let (module G) = Graph_domain.make ~max_conn:m.max_conn ~step_limit:m.steps () in
  let dsl = Dsl_file.read ~primitives:G.primitives ~state_type:G.state_type m.dsl_file in
  let next_dsl =
    ignore (Invalid.describing "pruned_primitives" (fun () -> Dsl.remove dsl m.pruned_primitives));
    Invalid.describing "invented_primitives" (fun () ->
        Rewrite.Incorporate.inventions ~pruned:m.pruned_primitives dsl m.invented_primitives)
  in
  let not_pruned where = function
    | Some name ->
      Invalid.error "pruned_primitives" ~found:(name ^ ", which " ^ where ^ " uses") ~expected:"inventions that nothing needs"
    | None -> ()
  in
  let grammar = Invalid.describing "invented_primitives" (fun () -> Pcfg.make next_dsl (Dsl.request next_dsl)) in
  let module Evaluate = Search.Evaluate.Make (G) in
  let judged =
    List.map
      (fun (name, text) ->
        let r = Representation.read (module G) dsl ~max_conn:m.max_conn ~dir:m.representations_dir name in
        not_pruned name (Rewrite.Incorporate.uses m.pruned_primitives r.program);
        not_pruned ("the rewriting of " ^ name) (Rewrite.Incorporate.writes ~old:dsl next_dsl m.pruned_primitives text);
        let same_output program =
          match G.run (Evaluate.value program) with
          | Some output -> Construction.edges output = Construction.edges r.output && Construction.nodes output = Construction.nodes r.output
          | None | (exception G.Step_limit) -> false
        in
        (name, r, Rewrite.Incorporate.rewriting grammar ~original:r.program ~same_output text))
      m.replacements
  in
  let accepted =
    List.filter_map
      (fun (name, r, verdict) ->
        match verdict with
        | Ok program ->
          Some (name, Representation.file ~max_conn:m.max_conn ~dir:m.representations_dir { r with Representation.program })
        | Error _ -> None)
      judged
  in
  File.write_all
    (List.filter_map (fun (_, (_, file)) -> file) accepted @ [ (m.next_dsl_file, Dsl_file.to_json next_dsl) ]);
  let replacements = List.filter_map (fun (name, (written, _)) -> if written = name then None else Some (name, written)) accepted in
  let rejected =
    List.filter_map (fun (name, _, verdict) -> match verdict with Ok _ -> None | Error reason -> Some (name, reason)) judged
  in
  Message.incorporate_reply ~next_dsl_mass:(Dsl.mass next_dsl) ~replacements ~rejected
