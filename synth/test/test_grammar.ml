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

let contextual_grammar dsl = Pcfg.make ~contextual:true dsl (Dsl.request dsl)

(* The programs of the first [n] costs, as a sorted list. *)
let first_classes g n =
  let e = Search.Buckets.create g and nonterminal = Pcfg.start g in
  let found = ref [] in
  for index = 0 to n - 1 do
    if Search.Buckets.ensure e ~nonterminal ~index then
      Search.Buckets.blocks e ~nonterminal ~index (fun b ->
          for i = 0 to Search.Buckets.n_derivations b - 1 do
            found := (b.cost, Notation.print Stitch (Search.Buckets.term e ~nonterminal ~rank:(b.first + i))) :: !found
          done)
  done;
  List.sort compare !found

(* The uses of each entry with each number of arguments, in all nonterminals of each type. *)
let uses_by_type g ts =
  let total = Hashtbl.create 32 in
  Array.iteri
    (fun n uses ->
      Array.iteri
        (fun i u ->
          let p = (Pcfg.productions g).(n).(i) in
          let types = Array.map (fun a -> (Pcfg.nonterminals g).(a)) p.arguments in
          let use = ((Pcfg.nonterminals g).(n), p.entry, types) in
          Hashtbl.replace total use (u +. Option.value ~default:0. (Hashtbl.find_opt total use)))
        uses)
    (Inside_outside.expected_uses g ts);
  total

let probability g ~below name =
  let entries = Dsl.entries (Pcfg.dsl g) in
  let found = ref nan in
  Array.iteri
    (fun n context ->
      if Option.map (fun (e, i) -> (Dsl.name entries.(e), i)) context = below then
        Array.iter
          (fun (p : Pcfg.production) -> if Dsl.name entries.(p.entry) = name then found := exp p.log_probability)
          (Pcfg.productions g).(n))
    (Pcfg.contexts g);
  !found

let contexts =
  [
    property "a contextual grammar derives the same programs at the same costs, until it learns" small_dsl (fun dsl ->
        let g = grammar dsl and h = contextual_grammar dsl in
        sums_to_one h && first_classes g 6 = first_classes h 6);
    property "and gives them the same likelihoods" (program ()) (fun t ->
        let likelihood g = Inside_outside.log_likelihood g t in
        Float.abs (likelihood (grammar grown_dsl) -. likelihood (contextual_grammar grown_dsl)) < 1e-9);
    property "its uses, summed over contexts, are those of the plain grammar" (programs grown_dsl) (fun ts ->
        let plain = uses_by_type (grammar grown_dsl) ts and split = uses_by_type (contextual_grammar grown_dsl) ts in
        Hashtbl.length plain = Hashtbl.length split
        && Hashtbl.fold (fun use u same -> same && Float.abs (u -. Hashtbl.find split use) < 1e-9) plain true);
    property "programs become likelier with weights by context, even bounded" (programs grown_dsl) (fun ts ->
        let g = contextual_grammar grown_dsl in
        let learned max_diff = Inside_outside.fit_each ~max_diff g ts in
        let before = total g ts and bounded = total (learned 0.5) ts and free = total (learned infinity) ts in
        sums_to_one (learned 0.5) && before <= bounded +. 1e-9 && bounded <= free +. 1e-9);
    property "the spread is bounded in each nonterminal" (programs grown_dsl) (fun ts ->
        Array.for_all
          (fun ps ->
            let ws = Array.map (fun (p : Pcfg.production) -> p.log_probability) ps in
            Array.fold_left max neg_infinity ws -. Array.fold_left min infinity ws <= 0.5 +. 1e-9)
          (Pcfg.productions (Inside_outside.fit_each ~max_diff:0.5 (contextual_grammar grown_dsl) ts)));
    case "weights by context are the frequencies in the context" (fun () ->
        let ts = [ read graph_dsl "(push (add (push (push identity))))" ] in
        let g = Inside_outside.fit_each ~pseudo_count:1e-9 ~max_diff:infinity (contextual_grammar graph_dsl) ts in
        List.iter
          (fun (below, name, expected) ->
            Alcotest.(check (float 1e-6)) name expected (probability g ~below name))
          [
            (None, "push", 1.);
            (Some ("push", 0), "add", 1. /. 3.);
            (Some ("push", 0), "push", 1. /. 3.);
            (Some ("push", 0), "identity", 1. /. 3.);
            (Some ("add", 0), "push", 1.);
            (Some ("func", 1), "push", 0.1);
          ]);
    property "what is left of a nonterminal keeps its proportions" (programs graph_dsl) (fun ts ->
        let full = Inside_outside.fit_each ~max_diff:infinity (contextual_grammar graph_dsl) ts in
        let kept = Pcfg.without Domains.Graph_equations.redexes full in
        let odds g ~below a b = probability g ~below a /. probability g ~below b in
        sums_to_one kept
        && Float.is_nan (probability kept ~below:(Some ("move", 0)) "pop")
        && List.for_all
             (fun below ->
               Float.abs (log (odds full ~below "add" "identity") -. log (odds kept ~below "add" "identity")) < 1e-9)
             [ Some ("move", 0); Some ("push", 0); Some ("if_positions_equal", 3) ]);
    case "places that forbid the same share a nonterminal" (fun () ->
        let redexes = Domains.Graph_equations.redexes in
        let count g = Array.length (Pcfg.nonterminals g) in
        let make ?redexes ?contextual () = Pcfg.make ?redexes ?contextual graph_dsl (Dsl.request graph_dsl) in
        Alcotest.(check int) "plain" 1 (count (make ()));
        (* Anything, as below pop; the start; below each other change and as func's first argument: no two forbid the same. *)
        Alcotest.(check int) "without redexes" 9 (count (make ~redexes ()));
        Alcotest.(check int) "contextual" (1 + 7 + 2 + 5) (count (make ~contextual:true ()));
        Alcotest.(check int) "both" (1 + 7 + 2 + 5) (count (make ~redexes ~contextual:true ())));
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

let () = Alcotest.run "grammar" [ ("nonterminals", nonterminals); ("weights", weights); ("contexts", contexts); ("libraries", libraries); ("removals", removals) ]
