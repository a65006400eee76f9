open Grammar
open Domains
open Wire

let answer ?watch d =
  let m = Message.explore d in
  File.check_folder ~field:"representations_dir" m.representations_dir;
  File.check_parent ~field:"next_dsl_file" m.next_dsl_file;
  let (module G) = Graph_domain.make ~max_conn:m.max_conn ~step_limit:m.steps () in
  let dsl = Dsl_file.read ~primitives:G.primitives ~state_type:G.state_type m.dsl_file in
  let known =
    List.map (Representation.read (module G) dsl ~max_conn:m.max_conn ~dir:m.representations_dir) m.frontier
  in
  let programs = List.map (fun (r : Representation.t) -> r.program) known in
  let grammar_of dsl = Invalid.describing m.dsl_file (fun () -> Pcfg.make dsl (Dsl.request dsl)) in
  let next_dsl =
    if programs = [] then dsl
    else
      Invalid.describing "frontier" (fun () ->
          let weights = Inside_outside.fit (grammar_of dsl) programs in
          Dsl.with_weights dsl (Inside_outside.bound_spread ~max_diff:m.max_diff weights))
  in
  let module Explore = Search.Explore.Make (G) in
  let frontier =
    try
      Explore.Frontier.create ~room:m.max_novel_representations
        (List.map (fun (r : Representation.t) -> (r.program, r.output)) known)
    with Explore.Frontier.Equivalent (i, j) ->
      Invalid.error "frontier" ~found:(List.nth m.frontier i ^ " and " ^ List.nth m.frontier j ^ " with equivalent graphs")
        ~expected:"one program for each graph"
  in
  let budget = { Search.Explore.programs = m.max_programs; size = m.program_size_limit; seconds = m.exploration_timeout; memory = max_int } in
  let statistics = Explore.run ?watch (grammar_of next_dsl) budget frontier in
  let file (member : Explore.Frontier.member) =
    Representation.file ~max_conn:m.max_conn ~dir:m.representations_dir
      { program = member.program; output = member.output }
  in
  let taken = List.filter (fun (member : Explore.Frontier.member) -> member.origin < 0 || member.replaced) (Explore.Frontier.members frontier) in
  let files = List.map file taken in
  File.write_all (List.filter_map snd files @ [ (m.next_dsl_file, Dsl_file.to_json next_dsl) ]);
  let written = List.combine taken (List.map fst files) in
  let found = List.filter_map (fun ((member : Explore.Frontier.member), name) -> if member.origin < 0 then Some name else None) written in
  let replacements =
    List.filter_map
      (fun ((member : Explore.Frontier.member), name) ->
        if member.origin < 0 then None else Some (List.nth m.frontier member.origin, name))
      written
  in
  Message.explore_reply ~found ~replacements statistics
