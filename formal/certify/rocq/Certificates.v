(* What the theorems of the other files are proved with: nothing here is particular to a game. *)

From Coq Require Import Reals Lra.
Require Import Refutations.
Open Scope R_scope.

(* Numbers *)

Lemma pos_int (n : positive) : 0 < IZR (Zpos n).
Proof. apply IZR_lt. reflexivity. Qed.

Lemma pos_rat (n d : positive) : 0 < IZR (Zpos n) / IZR (Zpos d).
Proof. apply Rdiv_lt_0_compat; apply pos_int. Qed.

Lemma ne_pos {k : R} : 0 < k -> k <> 0.
Proof. lra. Qed.

Lemma ne_neg {k : R} : 0 < k -> - k <> 0.
Proof. lra. Qed.

(* Products of what is positive or not negative *)

Lemma mul_lt {a b : R} : 0 < a -> 0 < b -> 0 < a * b.
Proof. apply Rmult_lt_0_compat. Qed.

Lemma mul_le {a b : R} : 0 <= a -> 0 <= b -> 0 <= a * b.
Proof. apply Rmult_le_pos. Qed.

Lemma square_gt {a : R} : a <> 0 -> 0 < a * a.
Proof. apply Rlt_0_sqr. Qed.

(* Formulas and their denials *)

Definition opposite (A B : Prop) : Prop := (A \/ B) /\ ~ (A /\ B).

Lemma opposite_and {A B C D : Prop} : opposite A C -> opposite B D -> opposite (A /\ B) (C \/ D).
Proof. unfold opposite. tauto. Qed.

Lemma opposite_or {A B C D : Prop} : opposite A C -> opposite B D -> opposite (A \/ B) (C /\ D).
Proof. unfold opposite. tauto. Qed.

Lemma opposite_true : opposite True False.
Proof. unfold opposite. tauto. Qed.

Lemma opposite_false : opposite False True.
Proof. unfold opposite. tauto. Qed.

Lemma opposite_gt (p n : R) : n = - p -> opposite (0 < p) (0 <= n).
Proof. intros ->. split; [destruct (Rlt_le_dec 0 p); [left | right]; lra | lra]. Qed.

Lemma opposite_ge (p n : R) : n = - p -> opposite (0 <= p) (0 < n).
Proof. intros ->. split; [destruct (Rle_lt_dec 0 p); [left | right]; lra | lra]. Qed.

Lemma opposite_eq (p : R) : opposite (p = 0) (p <> 0).
Proof. split; [apply Req_dec | tauto]. Qed.

Lemma opposite_ne (p : R) : opposite (p <> 0) (p = 0).
Proof. split; [destruct (Req_dec p 0); tauto | tauto]. Qed.

Lemma by_denial {K N : Prop} : opposite K N -> (N -> False) -> K.
Proof. unfold opposite. tauto. Qed.

Lemma or_of_imp (K : Prop) {N X : Prop} : opposite K N -> (K -> X) -> N \/ X.
Proof. unfold opposite. tauto. Qed.

Lemma and_iff {A B K L : Prop} : (A <-> K) -> (B <-> L) -> (A /\ B <-> K /\ L).
Proof. tauto. Qed.

Lemma and_then_iff {A B K L : Prop} : (A <-> K) -> (K -> (B <-> L)) -> (A /\ B <-> K /\ L).
Proof. tauto. Qed.

Lemma or_else_iff {A B K N L : Prop} : (A <-> K) -> opposite K N -> (N -> (B <-> L)) -> (A \/ B <-> K \/ L).
Proof. unfold opposite. tauto. Qed.

Lemma or_iff {A B K L : Prop} : (A <-> K) -> (B <-> L) -> (A \/ B <-> K \/ L).
Proof. tauto. Qed.

Lemma not_iff (K : Prop) {A N : Prop} : (A <-> K) -> opposite K N -> (~ A <-> N).
Proof. unfold opposite. tauto. Qed.

Lemma imp_iff (K : Prop) {A B N L : Prop} : (A <-> K) -> opposite K N -> (K -> (B <-> L)) -> ((A -> B) <-> N \/ L).
Proof. unfold opposite. tauto. Qed.

Lemma iff_iff {A B K L M N : Prop} :
  (A <-> K) -> (B <-> L) -> opposite K M -> opposite L N -> ((A <-> B) <-> (K /\ L) \/ (M /\ N)).
Proof. unfold opposite. tauto. Qed.

(* Quotients: t is p / q, and q is not zero *)

Definition quot (t p q : R) : Prop := q <> 0 /\ t * q = p.

Lemma quot_poly {t p : R} : t = p -> quot t p 1.
Proof. intros ->. split; [exact R1_neq_R0 | ring]. Qed.

Lemma quot_reduce (g : R) {t p q P Q : R} : quot t p q -> g * P = p -> g * Q = q -> quot t P Q.
Proof.
  intros [Z E] P_is Q_is.
  assert (G : g <> 0) by (intros ->; apply Z; rewrite <- Q_is; ring).
  split.
  - intros ->. apply Z. rewrite <- Q_is. ring.
  - apply (Rmult_eq_reg_l g); [rewrite P_is, <- E, <- Q_is; ring | assumption].
Qed.

Lemma quot_add {t p q u r s : R} : quot t p q -> quot u r s -> quot (t + u) (p * s + r * q) (q * s).
Proof. intros [Q E] [S F]. split; [apply Rmult_integral_contrapositive_currified; assumption | rewrite <- E, <- F; ring]. Qed.

Lemma quot_sub {t p q u r s : R} : quot t p q -> quot u r s -> quot (t - u) (p * s - r * q) (q * s).
Proof. intros [Q E] [S F]. split; [apply Rmult_integral_contrapositive_currified; assumption | rewrite <- E, <- F; ring]. Qed.

Lemma quot_mul {t p q u r s : R} : quot t p q -> quot u r s -> quot (t * u) (p * r) (q * s).
Proof. intros [Q E] [S F]. split; [apply Rmult_integral_contrapositive_currified; assumption | rewrite <- E, <- F; ring]. Qed.

Lemma quot_opp {t p q : R} : quot t p q -> quot (- t) (- p) q.
Proof. intros [Q E]. split; [exact Q | rewrite <- E; ring]. Qed.

Lemma quot_pow (n : nat) {t p q : R} : quot t p q -> quot (t ^ n) (p ^ n) (q ^ n).
Proof. intros [Q E]. split; [apply pow_nonzero; exact Q | rewrite <- E; symmetry; apply Rpow_mult_distr]. Qed.

Lemma quot_div {t p q u r s : R} : quot t p q -> quot u r s -> r <> 0 -> quot (t / u) (p * s) (q * r).
Proof.
  intros [Q E] [S F] Z. split; [apply Rmult_integral_contrapositive_currified; assumption |].
  assert (U : u <> 0) by (intros ->; apply Z; rewrite <- F; ring).
  rewrite <- E, <- F. field. assumption.
Qed.

Lemma nonzero (k : R) {p q : R} : q <> 0 -> p * k = q -> p <> 0.
Proof. intros Z E ->. apply Z. rewrite <- E. ring. Qed.

(* Comparisons of terms, and of polynomials with 0; k is a number *)

Lemma gt_iff (a b : R) : a > b <-> b < a.
Proof. reflexivity. Qed.

Lemma ge_iff (a b : R) : a >= b <-> b <= a.
Proof. split; [apply Rge_le | apply Rle_ge]. Qed.

Lemma lt_poly {a b S k : R} : 0 < k -> S * k = b - a -> (a < b <-> 0 < S).
Proof.
  intros K E. split; intro H.
  - apply (Rmult_lt_reg_r k); lra.
  - assert (0 < S * k) by (apply Rmult_lt_0_compat; assumption). lra.
Qed.

Lemma le_poly {a b S k : R} : 0 < k -> S * k = b - a -> (a <= b <-> 0 <= S).
Proof.
  intros K E. split; intro H.
  - apply (Rmult_le_reg_r k); lra.
  - assert (0 <= S * k) by (apply Rmult_le_pos; lra). lra.
Qed.

Lemma ge_poly {a b S k : R} : 0 < k -> S * k = a - b -> (a >= b <-> 0 <= S).
Proof. intros K E. rewrite <- (le_poly K E). split; [apply Rge_le | apply Rle_ge]. Qed.

Lemma eq_poly {a b S k : R} : k <> 0 -> S * k = a - b -> (a = b <-> S = 0).
Proof.
  intros K E. split; intro H.
  - apply (Rmult_eq_reg_r k); [lra | exact K].
  - rewrite H in E. lra.
Qed.

Lemma scale {t p q o w S k : R} : quot t p q -> o * (w * w) = q -> S * k = p * o -> (S * (k * (w * w)) = t * (q * q)).
Proof. intros [_ E] W K. rewrite <- Rmult_assoc, K, <- E, <- W. ring. Qed.

Lemma lt_quot {a b p q o w S k : R} :
  quot (b - a) p q -> 0 < k -> o * (w * w) = q -> S * k = p * o -> (a < b <-> 0 < S).
Proof.
  intros Q K W E. pose proof (scale Q W E) as T. destruct Q as [Z _].
  assert (W0 : w <> 0) by (intros ->; apply Z; rewrite <- W; ring).
  assert (KW : 0 < k * (w * w)) by (apply mul_lt; [exact K | apply square_gt; assumption]).
  assert (QQ : 0 < q * q) by (apply square_gt; assumption).
  split; intro H.
  - apply (Rmult_lt_reg_r (k * (w * w))); [assumption |].
    rewrite T, Rmult_0_l. apply mul_lt; lra.
  - assert (0 < (b - a) * (q * q)) by (rewrite <- T; apply mul_lt; assumption).
    assert (0 < b - a) by (apply (Rmult_lt_reg_r (q * q)); lra). lra.
Qed.

Lemma le_quot {a b p q o w S k : R} :
  quot (b - a) p q -> 0 < k -> o * (w * w) = q -> S * k = p * o -> (a <= b <-> 0 <= S).
Proof.
  intros Q K W E. pose proof (scale Q W E) as T. destruct Q as [Z _].
  assert (W0 : w <> 0) by (intros ->; apply Z; rewrite <- W; ring).
  assert (KW : 0 < k * (w * w)) by (apply mul_lt; [exact K | apply square_gt; assumption]).
  assert (QQ : 0 < q * q) by (apply square_gt; assumption).
  split; intro H.
  - apply (Rmult_le_reg_r (k * (w * w))); [assumption |].
    rewrite T, Rmult_0_l. apply mul_le; lra.
  - assert (0 <= (b - a) * (q * q)) by (rewrite <- T; apply mul_le; lra).
    assert (0 <= b - a) by (apply (Rmult_le_reg_r (q * q)); lra). lra.
Qed.

Lemma ge_quot {a b p q o w S k : R} :
  quot (a - b) p q -> 0 < k -> o * (w * w) = q -> S * k = p * o -> (a >= b <-> 0 <= S).
Proof. intros Q K W E. rewrite <- (le_quot Q K W E). split; [apply Rge_le | apply Rle_ge]. Qed.

Lemma eq_quot {a b p q S k : R} : quot (a - b) p q -> k <> 0 -> S * k = p -> (a = b <-> S = 0).
Proof.
  intros [Z E] K F. split; intro H.
  - apply (Rmult_eq_reg_r k); [rewrite F, <- E, H; ring | exact K].
  - assert (a - b = 0); [| lra].
    apply (Rmult_eq_reg_r q); [rewrite E, <- F, H; ring | exact Z].
Qed.

(* Roots, absolute values, maxima and minima *)

Lemma sqrt_square_of {a : R} : 0 <= a -> sqrt a ^ 2 = a.
Proof. intro H. rewrite <- (sqrt_sqrt a H) at 2. ring. Qed.

Lemma abs_cases (a : R) : (0 <= a /\ Rabs a = a) \/ (a <= 0 /\ Rabs a = - a).
Proof. destruct (Rle_lt_dec 0 a); [left | right]; split; try lra; [apply Rabs_right | apply Rabs_left1]; lra. Qed.

Lemma max_right {x a r : R} : x <= r -> x <= Rmax a r.
Proof. intro H. apply (Rle_trans _ _ _ H), Rmax_r. Qed.

Lemma min_right {x a r : R} : r <= x -> Rmin a r <= x.
Proof. intro H. apply (Rle_trans _ _ _ (Rmin_r a r) H). Qed.

Lemma max_next (a r : R) (X : R -> Prop) : X r -> Rmax a r = a \/ X (Rmax a r).
Proof. intro H. unfold Rmax. destruct (Rle_dec a r); [right; exact H | left; reflexivity]. Qed.

Lemma min_next (a r : R) (X : R -> Prop) : X r -> Rmin a r = a \/ X (Rmin a r).
Proof. intro H. unfold Rmin. destruct (Rle_dec a r); [left; reflexivity | right; exact H]. Qed.
