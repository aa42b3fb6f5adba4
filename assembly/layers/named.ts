/** The switch over the activations that share one loop. */

import { Activation } from "../isa";
import {
  Elu,
  Exponential,
  Formula,
  Gelu,
  HardSigmoid,
  HardSwish,
  LeakyRelu,
  Mish,
  Relu6,
  Selu,
  Silu,
  Softplus,
  Softsign,
} from "./formulas";

/**
 * The activation that the instruction names, chosen anew for each vector: the less frequent activations share one loop,
 * which keeps the module small.
 */
@unmanaged
export class Named extends Formula {
  @inline forward(z: v128): v128 {
    switch (this.f) {
      case Activation.hardSigmoid:
        return changetype<HardSigmoid>(this).forward(z);
      case Activation.leakyRelu:
        return changetype<LeakyRelu>(this).forward(z);
      case Activation.elu:
        return changetype<Elu>(this).forward(z);
      case Activation.selu:
        return changetype<Selu>(0).forward(z);
      case Activation.gelu:
        return changetype<Gelu>(0).forward(z);
      case Activation.silu:
        return changetype<Silu>(0).forward(z);
      case Activation.softplus:
        return changetype<Softplus>(0).forward(z);
      case Activation.softsign:
        return changetype<Softsign>(0).forward(z);
      case Activation.mish:
        return changetype<Mish>(0).forward(z);
      case Activation.relu6:
        return changetype<Relu6>(0).forward(z);
      case Activation.exponential:
        return changetype<Exponential>(0).forward(z);
      case Activation.hardSwish:
        return changetype<HardSwish>(0).forward(z);
      default:
        return unreachable();
    }
  }
  @inline derivative(z: v128, a: v128): v128 {
    switch (this.f) {
      case Activation.hardSigmoid:
        return changetype<HardSigmoid>(this).derivative(z, a);
      case Activation.leakyRelu:
        return changetype<LeakyRelu>(this).derivative(z, a);
      case Activation.elu:
        return changetype<Elu>(this).derivative(z, a);
      case Activation.selu:
        return changetype<Selu>(0).derivative(z, a);
      case Activation.gelu:
        return changetype<Gelu>(0).derivative(z, a);
      case Activation.silu:
        return changetype<Silu>(0).derivative(z, a);
      case Activation.softplus:
        return changetype<Softplus>(0).derivative(z, a);
      case Activation.softsign:
        return changetype<Softsign>(0).derivative(z, a);
      case Activation.mish:
        return changetype<Mish>(0).derivative(z, a);
      case Activation.relu6:
        return changetype<Relu6>(0).derivative(z, a);
      case Activation.exponential:
        return changetype<Exponential>(0).derivative(z, a);
      case Activation.hardSwish:
        return changetype<HardSwish>(0).derivative(z, a);
      default:
        return unreachable();
    }
  }
}
