// The training room's training where no kernel answers.

import { Player } from "./player.js";
import { Run, left } from "./run.js";

export class Training extends Player {
  restarts = ["look_back", "units", "forget_bias", "optimizer"]; // these settings begin another run

  make() {
    return new Run(this.material, this.settings);
  }

  advance() {
    const { learning_rate, clipping, clip_norm } = this.settings;
    this.run.step(learning_rate, clipping === "on" ? clip_norm : null);
  }

  over() {
    return this.run.diverged;
  }

  present() {
    return { frame: this.run.frame(), marks: this.run.marks };
  }

  left() {
    return left(this.ghosts, this.run.frame(), this.run.forecast.length, this.run.used, this.run.marks.length > 0);
  }
}
