open Grammar
open Domains
open Wire

exception Cancelled

let grammar ?contextual (m : Message.explore) dsl =
  Invalid.describing m.dsl_file (fun () -> Pcfg.make ?contextual dsl (Dsl.request dsl))

(* With all redexes, which programs found before may have. *)
let weighted_grammar (m : Message.explore) dsl programs =
  if m.contextual && programs <> [] then Inside_outside.fit_each ~max_diff:m.max_diff (grammar ~contextual:true m dsl) programs
  else grammar m dsl

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
  let next_dsl =
    if programs = [] then dsl
    else
      Invalid.describing "frontier" (fun () ->
          let weights = Inside_outside.fit (grammar m dsl) programs in
          Dsl.with_weights dsl (Inside_outside.bound_spread ~max_diff:m.max_diff weights))
  in
  let module Search_here = Search.Workers.Make (G) in
  let module Evaluate = Search.Evaluate.Make (G) in
  let budget =
    { Search.Limits.programs = m.max_programs; size = m.program_size_limit; seconds = m.exploration_timeout; memory = m.memory_limit }
  in
  let searched = Pcfg.without ~normalised:false G.redexes (weighted_grammar m next_dsl programs) in
  let statistics, members =
    try
      Search_here.run ?watch ~workers:m.workers
        ~output:(fun program -> Option.get (G.run (Evaluate.value program)))
        ~alternatives:m.max_alternatives ~room:m.max_novel_representations
        ~known:(List.map (fun (r : Representation.t) -> (r.program, r.output)) known)
        searched budget
    with Search_here.Frontier.Equivalent (i, j) ->
      Invalid.error "frontier" ~found:(List.nth m.frontier i ^ " and " ^ List.nth m.frontier j ^ " with equivalent graphs")
        ~expected:"one program for each graph"
  in
  if statistics.stop = Cancelled then raise Cancelled;
  let is_taken (member : Search_here.Frontier.member) = member.best.rank >= 0 in
  let named (member : Search_here.Frontier.member) =
    let file = Representation.file ~max_conn:m.max_conn ~dir:m.representations_dir { program = member.best.program; output = member.output } in
    (member, if is_taken member then file else (fst file, None))
  in
  let files = List.map named members in
  File.write_all (List.filter_map (fun (_, (_, file)) -> file) files @ [ (m.next_dsl_file, Dsl_file.to_json next_dsl) ]);
  let pick f = List.filter_map (fun ((member : Search_here.Frontier.member), (name, _)) -> f member name) files in
  let found = pick (fun member name -> if member.origin < 0 then Some name else None) in
  let replacements =
    pick (fun member name -> if member.origin >= 0 && is_taken member then Some (List.nth m.frontier member.origin, name) else None)
  in
  let alternatives =
    (* Heavier ones would give way to the best again in the next search. *)
    pick (fun member name ->
        match List.filter (fun (c : Search_here.Frontier.candidate) -> c.mass = member.best.mass) member.alternatives with
        | [] -> None
        | programs -> Some (name, List.map (fun (c : Search_here.Frontier.candidate) -> Lambda.Notation.print Stitch c.program) programs))
  in
  Message.explore_reply ~found ~replacements ~alternatives statistics
