open Lambda
open Grammar
open Support

let grammar dsl = Pcfg.make dsl (Dsl.request dsl)

let sums_to_one g =
  Array.for_all
    (fun ps ->
      let total = Array.fold_left (fun sum (p : Pcfg.production) -> sum +. exp p.log_probability) 0. ps in
      Float.abs (total -. 1.) < 1e-12)
    (Pcfg.productions g)

let nonterminals =
  [
    property "every nonterminal's probabilities sum to 1" small_dsl (fun dsl -> sums_to_one (grammar dsl));
    property "every nonterminal derives something" small_dsl (fun dsl ->
        Array.for_all (fun cost -> cost < max_int) (Pcfg.cheapest (grammar dsl)));
    case "partial applications stand for functions" (fun () ->
        let g = grammar grown_dsl in
        let t = Ty.(constant "graph_state" @-> constant "graph_state") in
        let functions = ref (-1) in
        Array.iteri (fun i ty -> if Ty.equal ty Ty.(t @-> t) then functions := i) (Pcfg.nonterminals g);
        let names =
          Array.to_list (Pcfg.productions g).(!functions)
          |> List.map (fun (p : Pcfg.production) ->
                 (Dsl.name (Dsl.entries grown_dsl).(p.entry), Array.length p.arguments))
        in
        List.iter
          (fun use -> Alcotest.(check bool) (fst use) true (List.mem use names))
          [ ("push", 0); ("func", 1); ("if_positions_equal", 4); ("fn_0", 0) ];
        Alcotest.(check bool) "identity is no function of programs" false (List.mem_assoc "identity" names));
    case "a polymorphic primitive is used at the types of the library" (fun () ->
        let s = Ty.constant "s" in
        let choose = Ty.(Variable 0 @-> Variable 0 @-> Variable 0) in
        let entry name ty = { Dsl.term = Term.Primitive { name; ty }; log_likelihood = 0. } in
        let dsl =
          Dsl.make ~state_type:s ~var_log_likelihood:0.
            [ entry "choose" choose; entry "f" Ty.(s @-> s); entry "compose" Ty.((s @-> Variable 0) @-> (Variable 0 @-> s) @-> s @-> s) ]
        in
        let g = grammar dsl in
        ignore (Inside_outside.log_likelihood g (Notation.read ~lookup:(Dsl.find_opt dsl) "(choose f (choose f f))"));
        ignore (Inside_outside.log_likelihood g (Notation.read ~lookup:(Dsl.find_opt dsl) "(compose f f)"));
        Alcotest.(check bool) "normalised" true (sums_to_one g));
    case "a library without a whole program is refused" (fun () ->
        let entry = { Dsl.term = Term.Primitive { name = "f"; ty = Ty.(constant "s" @-> constant "b") }; log_likelihood = 0. } in
        let dsl = Dsl.make ~state_type:(Ty.constant "s") ~var_log_likelihood:0. [ entry ] in
        match grammar dsl with _ -> Alcotest.fail "made" | exception Pcfg.Nothing _ -> ());
  ]

let programs dsl = QCheck.list_of_size (QCheck.Gen.int_range 1 12) (program ~dsl ())

let total g ts = List.fold_left (fun sum t -> sum +. Inside_outside.log_likelihood g t) 0. ts
let learned ?pseudo_count ?(max_diff = infinity) dsl ts =
  Dsl.with_weights dsl (Inside_outside.bound_spread ~max_diff (Inside_outside.fit ?pseudo_count (grammar dsl) ts))

let weights =
  [
    property "a frontier's own programs become likelier" (programs grown_dsl) (fun ts ->
        total (grammar (learned grown_dsl ts)) ts >= total (grammar grown_dsl) ts -. 1e-9);
    property "also when the spread is bounded" (programs grown_dsl) (fun ts ->
        let before = total (grammar grown_dsl) ts in
        let bounded = total (grammar (learned ~max_diff:0.5 grown_dsl ts)) ts in
        bounded >= before -. 1e-9 && bounded <= total (grammar (learned grown_dsl ts)) ts +. 1e-9);
    property "the library's weights sum to 1 and stay within the spread" (programs grown_dsl) (fun ts ->
        let ws = Array.map (fun e -> e.Dsl.log_likelihood) (Dsl.entries (learned ~max_diff:0.5 grown_dsl ts)) in
        let low = Array.fold_left min infinity ws and high = Array.fold_left max neg_infinity ws in
        Float.abs (Array.fold_left (fun sum w -> sum +. exp w) 0. ws -. 1.) < 1e-9 && high -. low <= 0.5 +. 1e-9);
    property "learned grammars stay normalised" (programs grown_dsl) (fun ts -> sums_to_one (grammar (learned grown_dsl ts)));
    case "with one nonterminal the weights are the frequencies" (fun () ->
        (* push push identity: push twice, identity once, of three uses; no use in advance. *)
        let dsl = graph_dsl in
        let ws = Inside_outside.fit ~pseudo_count:1e-9 (grammar dsl) [ read dsl "(push (push identity))" ] in
        let weight name =
          let found = ref nan in
          Array.iteri (fun i e -> if Dsl.name e = name then found := exp ws.(i)) (Dsl.entries dsl);
          !found
        in
        Alcotest.(check (float 1e-6)) "push" (2. /. 3.) (weight "push");
        Alcotest.(check (float 1e-6)) "identity" (1. /. 3.) (weight "identity"));
    case "a likelihood by hand" (fun () ->
        Alcotest.(check (float 1e-9)) "three of ten" (3. *. log 0.1)
          (Inside_outside.log_likelihood (grammar graph_dsl) (read graph_dsl "(push (add identity))")));
    case "a program with an abstraction is outside" (fun () ->
        match Inside_outside.log_likelihood (grammar graph_dsl) Term.(Abstraction (Index 0)) with
        | _ -> Alcotest.fail "derived"
        | exception Inside_outside.Outside_grammar _ -> ());
  ]

let refused name entries =
  case name (fun () ->
      match Dsl.make ~state_type:(Ty.constant "s") ~var_log_likelihood:0. entries with
      | _ -> Alcotest.fail "made"
      | exception Dsl.Invalid _ -> ())

let libraries =
  let f = Term.Primitive { name = "f"; ty = Ty.(constant "s" @-> constant "s") } in
  let entry term = { Dsl.term; log_likelihood = 0. } in
  [
    refused "empty" [];
    refused "a name twice" [ entry f; entry f ];
    refused "a weight that is no number" [ { Dsl.term = f; log_likelihood = nan } ];
    refused "an open body" [ entry f; entry (Term.Invention { name = "g"; ty = Ty.constant "s"; body = Index 0 }) ];
    refused "a type that the body has not" [ entry f; entry (Term.Invention { name = "g"; ty = Ty.constant "s"; body = f }) ];
    case "new inventions come first, newest first, with equal weights" (fun () ->
        let names = Array.to_list (Array.map Dsl.name (Dsl.entries grown_dsl)) in
        Alcotest.(check (list string)) "order" [ "fn_2"; "fn_1"; "fn_0"; "identity" ] (List.filteri (fun i _ -> i < 4) names);
        Array.iter
          (fun e -> Alcotest.(check (float 1e-12)) "weight" (-.log 13.) e.Dsl.log_likelihood)
          (Dsl.entries grown_dsl);
        Alcotest.(check int) "mass" (10 + 4 + 3 + (4 + 3 + 1)) (Dsl.mass grown_dsl));
    case "an invention inside a body has the type that the library gives it" (fun () ->
        let state = Ty.constant "s" in
        let body = Term.Abstraction (Index 0) in
        let g = Term.Invention { name = "g"; ty = Ty.(Variable 0 @-> Variable 0); body } in
        let lie = Term.Invention { name = "g"; ty = Ty.(Variable 0 @-> Variable 0 @-> Variable 0); body } in
        let library used = Dsl.make ~state_type:state ~var_log_likelihood:0. [ entry f; entry g; entry (Term.Invention { name = "h"; ty = Infer.infer used; body = used }) ] in
        ignore (library (Term.Apply (g, f)));
        match library (Term.Apply (lie, f)) with _ -> Alcotest.fail "made" | exception Dsl.Invalid { where } -> Alcotest.(check string) "where" "h" where);
  ]

let removals =
  let weighted = Dsl.with_weights grown_dsl (Array.init (Dsl.size grown_dsl) (fun i -> -0.1 *. float_of_int i)) in
  let listed dsl = List.map (fun e -> (Dsl.name e, e.Dsl.log_likelihood)) (Array.to_list (Dsl.entries dsl)) in
  let inventions = [ "fn_0"; "fn_1"; "fn_2" ] in
  let not_removed why names =
    case ("not removed: " ^ why) (fun () ->
        match Dsl.remove weighted names with _ -> Alcotest.fail "removed" | exception Dsl.Invalid _ -> ())
  in
  [
    property "what remains keeps its order and its weight" (QCheck.oneofl [ []; [ "fn_2" ]; [ "fn_2"; "fn_1" ]; [ "fn_0"; "fn_2" ]; inventions ])
      (fun names -> listed (Dsl.remove weighted names) = List.filter (fun (name, _) -> not (List.mem name names)) (listed weighted));
    case "removing what was added gives the library of before" (fun () ->
        Alcotest.(check (list string)) "names" (List.map fst (listed graph_dsl)) (List.map fst (listed (Dsl.remove grown_dsl inventions))));
    not_removed "a name that the library does not have" [ "fn_3" ];
    not_removed "a base primitive" [ "push" ];
    not_removed "a body that remains uses it" [ "fn_0" ];
    not_removed "a body that remains uses it, one of two" [ "fn_1"; "fn_0" ];
  ]

let () = Alcotest.run "grammar" [ ("nonterminals", nonterminals); ("weights", weights); ("libraries", libraries); ("removals", removals) ]
