open Lambda
open Grammar

let property ?(count = 200) name inputs holds =
  let test = QCheck.Test.make ~count ~name inputs holds in
  Alcotest.test_case name `Quick (fun () -> QCheck.Test.check_exn ~rand:(Random.State.make [| 7 |]) test)

let case name f = Alcotest.test_case name `Quick f

let dsl_of primitives state_type weight =
  Dsl.make ~state_type ~var_log_likelihood:0.
    (List.mapi (fun i (name, ty) -> { Dsl.term = Term.Primitive { name; ty }; log_likelihood = weight i }) primitives)

let graph_dsl = Domains.Graph_domain.(dsl_of primitives state_type (fun _ -> 0.))

let grown_dsl =
  Rewrite.Incorporate.inventions graph_dsl
    [ ("fn_0", "(push (add (connect #0)))"); ("fn_1", "(next_port (#0 identity))"); ("fn_2", "(fn_0 (fn_1 connect))") ]

let read dsl = Notation.read ~lookup:(Dsl.find_opt dsl)

(* A random derivation; below [fuel] 0 the production with the fewest arguments is taken. *)
let rec derive g state nonterminal fuel =
  let productions = Pcfg.productions g in
  let ps = productions.(nonterminal) in
  let p =
    if fuel > 0 then ps.(Random.State.int state (Array.length ps))
    else
      Array.fold_left
        (fun (best : Pcfg.production) (p : Pcfg.production) ->
          if Array.length p.arguments < Array.length best.arguments then p else best)
        ps.(0) ps
  in
  let entries = Dsl.entries (Pcfg.dsl g) in
  Term.apply entries.(p.entry).term
    (List.map (fun a -> derive g state a (fuel - 1)) (Array.to_list p.arguments))

let program ?(dsl = grown_dsl) () =
  let g = Pcfg.make dsl (Dsl.request dsl) in
  QCheck.make ~print:(Notation.print Stitch) (fun state -> derive g state (Pcfg.start g) (1 + Random.State.int state 9))

let small_dsl =
  let s = Ty.constant "s" and b = Ty.constant "b" in
  let bases = [| s; b; Ty.(s @-> s); Ty.(b @-> s) |] in
  let rec draw state =
    let pick () = bases.(Random.State.int state (Array.length bases)) in
    let rec arrows n result = if n = 0 then result else Ty.(pick () @-> arrows (n - 1) result) in
    let n = 2 + Random.State.int state 4 in
    let primitives = List.init n (fun i -> (Printf.sprintf "p%d" i, arrows (Random.State.int state 3) (pick ()))) in
    let dsl = dsl_of primitives s (fun _ -> Random.State.float state 3.) in
    match Pcfg.make dsl (Dsl.request dsl) with _ -> dsl | exception Pcfg.Nothing _ -> draw state
  in
  let print dsl =
    String.concat "; "
      (List.map
         (fun e -> Printf.sprintf "%s : %s (%.3f)" (Dsl.name e) (Ty.to_string (Dsl.ty e)) e.Dsl.log_likelihood)
         (Array.to_list (Dsl.entries dsl)))
  in
  QCheck.make ~print draw

let rec derivations g nonterminal bound =
  let cheapest = Pcfg.cheapest g and entries = Dsl.entries (Pcfg.dsl g) in
  let rec arguments bound = function
    | [] -> [ ([], 0) ]
    | a :: rest ->
      let reserved = List.fold_left (fun sum a -> sum + cheapest.(a)) 0 rest in
      List.concat_map
        (fun (x, cost) -> List.map (fun (xs, costs) -> (x :: xs, cost + costs)) (arguments (bound - cost) rest))
        (derivations g a (bound - reserved))
  in
  if cheapest.(nonterminal) > bound then []
  else
    List.concat_map
      (fun (p : Pcfg.production) ->
        List.map
          (fun (xs, costs) -> (Term.apply entries.(p.entry).term xs, p.cost + costs))
          (arguments (bound - p.cost) (Array.to_list p.arguments)))
      (Array.to_list (Pcfg.productions g).(nonterminal))
    |> List.filter (fun (_, cost) -> cost <= bound)

let cost_of_nth g n =
  let e = Search.Buckets.create g and nonterminal = Pcfg.start g in
  let rec go index count cost =
    if count >= n || not (Search.Buckets.ensure e ~nonterminal ~index) then cost
    else begin
      let count = ref count in
      Search.Buckets.blocks e ~nonterminal ~index (fun b -> count := !count + Search.Buckets.n_derivations b);
      go (index + 1) !count (Search.Buckets.cost e ~nonterminal ~index)
    end
  in
  go 0 0 0
